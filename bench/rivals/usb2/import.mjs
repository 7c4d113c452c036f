import "usb2";

console.log('{ "values": {} }');
