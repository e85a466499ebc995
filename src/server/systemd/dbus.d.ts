/** What the library has and its own types do not name. */
import "@homebridge/dbus-native";

declare module "@homebridge/dbus-native" {
  export interface Call {
    destination: string;
    path: string;
    interface: string;
    member: string;
    signature?: string;
    body?: readonly unknown[];
  }

  export interface MessageBus {
    requestName(name: string, flags: number, callback: (error: unknown) => void): void;
    /** Answers calls with what the function returns, in this signature; an Error is answered as one. */
    setMethodCallHandler(
      path: string,
      face: string,
      member: string,
      handler: [answer: (...body: string[]) => unknown, signature: string],
    ): void;
  }

  export interface MessageBus {
    /** Answers org.freedesktop.DBus.Properties of this path; signatures by property. */
    exportInterface(object: object, path: string, face: { name: string; properties: Record<string, string> }): void;
  }

  /** Connects to the bus at this Unix socket and says hello. Errors of the connection are events of `connection`. */
  export function createClient(options: { socket: string }): MessageBus;
}
