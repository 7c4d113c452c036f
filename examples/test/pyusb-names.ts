/**
 * Every public name of PyUSB by the section of docs/migrating-from-pyusb.md that has it.
 *
 * Source: pyusb/pyusb 096eda53 (after 1.3.1), `usb/*.py` and `usb/backend/*.py`.
 */
export const PYUSB_NAMES: Readonly<Record<string, string>> = {
  "usb.core": `
    find find_all custom_match backend show_devices verbose
    Device bLength bDescriptorType bcdUSB bDeviceClass bDeviceSubClass bDeviceProtocol bMaxPacketSize0 idVendor idProduct
    bcdDevice iManufacturer iProduct iSerialNumber bNumConfigurations bus address port_number port_numbers speed
    default_timeout parent langids manufacturer product serial_number configurations set_configuration
    get_active_configuration set_interface_altsetting clear_halt reset write read ctrl_transfer is_kernel_driver_active
    detach_kernel_driver attach_kernel_driver finalize repr str hash
    Configuration device index wTotalLength bNumInterfaces bConfigurationValue iConfiguration bmAttributes bMaxPower
    extra_descriptors interfaces set
    Interface alternate_index configuration bInterfaceNumber bAlternateSetting bNumEndpoints bInterfaceClass
    bInterfaceSubClass bInterfaceProtocol iInterface endpoints set_altsetting
    Endpoint bEndpointAddress wMaxPacketSize bInterval bRefresh bSynchAddress`,
  "usb.util": `
    DESC_TYPE_DEVICE DESC_TYPE_CONFIG DESC_TYPE_STRING DESC_TYPE_INTERFACE DESC_TYPE_ENDPOINT ENDPOINT_IN ENDPOINT_OUT
    ENDPOINT_TYPE_CTRL ENDPOINT_TYPE_ISO ENDPOINT_TYPE_BULK ENDPOINT_TYPE_INTR CTRL_TYPE_STANDARD CTRL_TYPE_CLASS
    CTRL_TYPE_VENDOR CTRL_TYPE_RESERVED CTRL_RECIPIENT_DEVICE CTRL_RECIPIENT_INTERFACE CTRL_RECIPIENT_ENDPOINT
    CTRL_RECIPIENT_OTHER CTRL_OUT CTRL_IN SPEED_UNKNOWN SPEED_LOW SPEED_FULL SPEED_HIGH SPEED_SUPER
    endpoint_address endpoint_direction endpoint_type ctrl_direction build_request_type create_buffer find_descriptor
    claim_interface release_interface dispose_resources get_langids get_string`,
  "usb.control": `
    ENDPOINT_HALT FUNCTION_SUSPEND DEVICE_REMOTE_WAKEUP U1_ENABLE U2_ENABLE LTM_ENABLE get_status clear_feature set_feature
    get_descriptor set_descriptor get_configuration set_configuration get_interface set_interface`,
  Errors: "USBError USBTimeoutError NoBackendError errno backend_error_code strerror",
  "usb.backend": `
    libusb1 libusb0 openusb get_backend find_library
    LIBUSB_SUCCESS LIBUSB_ERROR_IO LIBUSB_ERROR_INVALID_PARAM LIBUSB_ERROR_ACCESS LIBUSB_ERROR_NO_DEVICE
    LIBUSB_ERROR_NOT_FOUND LIBUSB_ERROR_BUSY LIBUSB_ERROR_TIMEOUT LIBUSB_ERROR_OVERFLOW LIBUSB_ERROR_PIPE
    LIBUSB_ERROR_INTERRUPTED LIBUSB_ERROR_NO_MEM LIBUSB_ERROR_NOT_SUPPORTED LIBUSB_ERROR_OTHER
    LIBUSB_TRANSFER_COMPLETED LIBUSB_TRANSFER_ERROR LIBUSB_TRANSFER_TIMED_OUT LIBUSB_TRANSFER_CANCELLED
    LIBUSB_TRANSFER_STALL LIBUSB_TRANSFER_NO_DEVICE LIBUSB_TRANSFER_OVERFLOW
    IBackend enumerate_devices get_parent get_device_descriptor get_configuration_descriptor get_interface_descriptor
    get_endpoint_descriptor open_device close_device set_configuration get_configuration set_interface_altsetting
    claim_interface release_interface bulk_write bulk_read intr_write intr_read iso_write iso_read ctrl_transfer clear_halt
    reset_device is_kernel_driver_active detach_kernel_driver attach_kernel_driver`,
  "usb.libloader": `
    LibraryException LibraryNotFoundException NoLibraryCandidatesException LibraryNotLoadedException
    LibraryMissingSymbolsException locate_library load_library load_locate_library candidates find_library lib name lib_cls
    cygwin_lib win_cls cygwin_cls others_cls check_symbols`,
  Environment: `
    PYUSB_DEBUG PYUSB_LOG_FILENAME LIBUSB_DEBUG USB_DEBUG USB_DEVFS_PATH OPENUSB_DEBUG OPENUSB_BACKEND_PATH USB_PATH SNAP
    LD_LIBRARY_PATH PYUSB_TEST_ISO_TRANSFER`,
  usb: "__version__ version_info extended_version_info",
  "usb.legacy": `
    busses Bus devices location dirname deviceClass deviceSubClass deviceProtocol deviceVersion devnum filename
    iManufacturer iProduct iSerialNumber idProduct idVendor maxPacketSize usbVersion configurations dev open
    iConfiguration maxPower remoteWakeup selfPowered totalLength value interfaces alternateSetting interfaceNumber
    iInterface interfaceClass interfaceSubClass interfaceProtocol endpoints address interval type
    DeviceHandle bulkWrite interruptWrite bulkRead interruptRead controlMsg clearHalt claimInterface releaseInterface reset
    resetEndpoint setConfiguration setAltInterface getString getDescriptor detachKernelDriver
    CLASS_PER_INTERFACE CLASS_AUDIO CLASS_COMM CLASS_HID CLASS_PRINTER CLASS_MASS_STORAGE CLASS_HUB CLASS_DATA
    CLASS_WIRELESS_CONTROLLER CLASS_VENDOR_SPEC SUBCLASS_RF_CONTROLLER PROTOCOL_BLUETOOTH_PRIMARY_CONTROLLER
    DT_DEVICE DT_CONFIG DT_STRING DT_INTERFACE DT_ENDPOINT DT_HID DT_REPORT DT_PHYSICAL DT_HUB DT_DEVICE_SIZE
    DT_CONFIG_SIZE DT_INTERFACE_SIZE DT_ENDPOINT_SIZE DT_ENDPOINT_AUDIO_SIZE DT_HUB_NONVAR_SIZE ENDPOINT_ADDRESS_MASK
    ENDPOINT_DIR_MASK ENDPOINT_IN ENDPOINT_OUT ENDPOINT_TYPE_CONTROL ENDPOINT_TYPE_ISOCHRONOUS ENDPOINT_TYPE_BULK
    ENDPOINT_TYPE_INTERRUPT ENDPOINT_TYPE_MASK ERROR_BEGIN MAXALTSETTING MAXCONFIG MAXENDPOINTS MAXINTERFACES
    RECIP_DEVICE RECIP_INTERFACE RECIP_ENDPOINT RECIP_OTHER REQ_GET_STATUS REQ_CLEAR_FEATURE REQ_SET_FEATURE
    REQ_SET_ADDRESS REQ_GET_DESCRIPTOR REQ_SET_DESCRIPTOR REQ_GET_CONFIGURATION REQ_SET_CONFIGURATION REQ_GET_INTERFACE
    REQ_SET_INTERFACE REQ_SYNCH_FRAME TYPE_STANDARD TYPE_CLASS TYPE_VENDOR TYPE_RESERVED`,
};
