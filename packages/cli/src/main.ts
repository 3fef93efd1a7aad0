/** The command's entry point; bin/rpcudp.js runs it. */
export {};
