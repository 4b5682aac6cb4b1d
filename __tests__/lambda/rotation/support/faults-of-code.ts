import { AssertionError } from "node:assert";

/** Errors that a defect has, of this project, of a library or of what was bundled, and no server or network. */
export const faultsOfCode: readonly (readonly [string, unknown])[] = [
  ["no code", new Error("hidden")],
  ["neither code nor message", {}],
  ["nothing", undefined],
  ["a TypeError", new TypeError("hidden")],
  ["a RangeError of Node", Object.assign(new RangeError("hidden"), { code: "ERR_OUT_OF_RANGE" })],
  [
    "a RangeError that a library gave its code",
    Object.assign(new RangeError("hidden"), { code: "AUTH_SWITCH_PLUGIN_ERROR" }),
  ],
  ["an assertion", new AssertionError({ message: "hidden" })],
  ["a wrong argument", Object.assign(new Error("hidden"), { code: "ERR_INVALID_ARG_VALUE" })],
  ["a module that is not there", Object.assign(new Error("hidden"), { code: "MODULE_NOT_FOUND" })],
];
