export { type TransferContext, transferError } from "../contract/transfer-error.js";
