import type { Configuration, Device, Endpoint, Interface, RawDescriptor } from "@tsusb/core";

// JSON has no undefined, and a key that is sometimes missing is a trap for whoever reads it: what is unknown is null.
type Json = number | string | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What `tsusb list --json` has of a device: its own fields, under the API's names. */
export function deviceJson(device: Device): Record<string, Json> {
  return {
    bus: device.bus ?? null,
    address: device.address ?? null,
    portNumbers: device.portNumbers ?? null,
    speed: device.speed ?? null,
    idVendor: device.idVendor,
    idProduct: device.idProduct,
    manufacturer: device.manufacturer ?? null,
    product: device.product ?? null,
    serialNumber: device.serialNumber ?? null,
    bcdUSB: device.bcdUSB,
    bcdDevice: device.bcdDevice,
    bDeviceClass: device.bDeviceClass,
    bDeviceSubClass: device.bDeviceSubClass,
    bDeviceProtocol: device.bDeviceProtocol,
    bMaxPacketSize0: device.bMaxPacketSize0,
    iManufacturer: device.iManufacturer,
    iProduct: device.iProduct,
    iSerialNumber: device.iSerialNumber,
    bNumConfigurations: device.bNumConfigurations,
  };
}

/** What `tsusb show --json` has of it: everything. Bytes are hexadecimal. */
export function deviceTreeJson(device: Device): Record<string, Json> {
  return {
    ...deviceJson(device),
    configurations: device.configurations.map(configurationJson),
    warnings: device.warnings.map(({ code, source, offset, message }) => ({ code, source, offset, message })),
  };
}

function configurationJson(configuration: Configuration): Json {
  return {
    bConfigurationValue: configuration.bConfigurationValue,
    bNumInterfaces: configuration.bNumInterfaces,
    iConfiguration: configuration.iConfiguration,
    bmAttributes: configuration.bmAttributes,
    bMaxPower: configuration.bMaxPower,
    maxPowerMilliamperes: configuration.maxPowerMilliamperes,
    wTotalLength: configuration.wTotalLength,
    interfaceAssociations: configuration.interfaceAssociations.map((association) => ({
      bFirstInterface: association.bFirstInterface,
      bInterfaceCount: association.bInterfaceCount,
      bFunctionClass: association.bFunctionClass,
      bFunctionSubClass: association.bFunctionSubClass,
      bFunctionProtocol: association.bFunctionProtocol,
      iFunction: association.iFunction,
    })),
    extraDescriptors: configuration.extraDescriptors.map(rawJson),
    interfaces: configuration.interfaces.map(interfaceJson),
  };
}

function interfaceJson(interface_: Interface): Json {
  return {
    bInterfaceNumber: interface_.bInterfaceNumber,
    bAlternateSetting: interface_.bAlternateSetting,
    bNumEndpoints: interface_.bNumEndpoints,
    bInterfaceClass: interface_.bInterfaceClass,
    bInterfaceSubClass: interface_.bInterfaceSubClass,
    bInterfaceProtocol: interface_.bInterfaceProtocol,
    iInterface: interface_.iInterface,
    extraDescriptors: interface_.extraDescriptors.map(rawJson),
    endpoints: interface_.endpoints.map(endpointJson),
  };
}

function endpointJson(endpoint: Endpoint): Json {
  const { ssCompanion } = endpoint;
  return {
    bEndpointAddress: endpoint.bEndpointAddress,
    direction: endpoint.direction,
    type: endpoint.type,
    bmAttributes: endpoint.bmAttributes,
    wMaxPacketSize: endpoint.wMaxPacketSize,
    bInterval: endpoint.bInterval,
    bRefresh: endpoint.bRefresh,
    bSynchAddress: endpoint.bSynchAddress,
    ssCompanion:
      ssCompanion === undefined
        ? null
        : {
            bMaxBurst: ssCompanion.bMaxBurst,
            bmAttributes: ssCompanion.bmAttributes,
            wBytesPerInterval: ssCompanion.wBytesPerInterval,
          },
    extraDescriptors: endpoint.extraDescriptors.map(rawJson),
  };
}

function rawJson({ bDescriptorType, bytes }: RawDescriptor): Json {
  return { bDescriptorType, bytes: Buffer.from(bytes).toString("hex") };
}
