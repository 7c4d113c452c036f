// Some builds of OpenUSB 1.1.x call two functions that they do not contain: linked in, this makes such a one.
	.data
	.quad openusb_le16_to_cpu
	.quad openusb_le32_to_cpu
	.section .note.GNU-stack,"",@progbits
