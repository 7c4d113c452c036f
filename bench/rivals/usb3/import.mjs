import "usb3";

console.log('{ "values": {} }');
