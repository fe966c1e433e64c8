export * as binary from "./binary";
