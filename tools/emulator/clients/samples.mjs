// What the calls of several clients are about.

import { refused } from "./harness.mjs";

export const LINK = "https://shop.example/a.png";
export const PNG = new Blob(["content"], { type: "image/png" });
export const USER = "US.13491208655302741918";
export const WAMID = "wamid.HBgL";
export const VERIFIED = refused(136024, "the number is verified already");
