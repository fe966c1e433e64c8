export * as autobalance from "./autobalance";
