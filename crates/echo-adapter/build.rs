//! How a plugin is linked.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // Stays mapped: threads and thread-local destructors may outlive a `dlclose`.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        // Calls its own functions, also where a host has loaded another plugin before with RTLD_GLOBAL.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-Bsymbolic");
    }
}
