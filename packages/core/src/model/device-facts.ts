/** What errors and hints have to know of a device. It must not lead back to the device: the finalizer holds it. */
export interface DeviceFacts {
  readonly headline: string;
  readonly idVendor: number;
  readonly idProduct: number;
}
