// What the calls of several clients are about.

import { refused } from "./harness.mjs";

export const LINK = "https://shop.example/a.png";
export const PNG = new Blob(["content"], { type: "image/png" });
export const USER = "US.13491208655302741918";
export const WAMID = "wamid.HBgL";
export const NOT_PERMITTED = refused(138006, "nobody has permitted a call");
export const NO_CALL = refused(131009, "there is no such call");
export const VERIFIED = refused(136024, "the number is verified already");
