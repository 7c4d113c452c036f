import "@tsusb/backend-libusb1";
import "@tsusb/core";

console.log('{ "values": {} }');
