//! The dynamic symbols of a shared library, and the libraries it needs.

use std::path::Path;

use object::elf::{self, FileHeader64};
use object::read::elf::{Dyn as _, FileHeader as _, Sym as _, Version};
use object::{LittleEndian, SymbolIndex};

/// What the checks need of a 64-bit little-endian ELF file.
pub(crate) struct Elf {
    /// The names of the symbols that it defines for others, sorted.
    pub(crate) exports: Vec<String>,
    /// The symbols that it takes from others, each with its library. Weak symbols, which may stay
    /// undefined, are left out.
    pub(crate) undefined: Vec<(String, Option<String>)>,
    /// The libraries that it needs.
    pub(crate) needed: Vec<String>,
    /// The entries of its dynamic section: tag and value.
    dynamic: Vec<(i64, u64)>,
}

impl Elf {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes =
            std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let parsed = Self::parse(&bytes);
        parsed.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn parse(data: &[u8]) -> object::read::Result<Self> {
        let header = FileHeader64::<LittleEndian>::parse(data)?;
        let endian = header.endian()?;
        let sections = header.sections(endian, data)?;
        let symbols = sections.symbols(endian, data, elf::SHT_DYNSYM)?;
        let versions = sections.versions(endian, data)?;
        let (mut exports, mut undefined) = (Vec::new(), Vec::new());
        for (index, symbol) in symbols.enumerate() {
            let name = text(symbols.symbol_name(endian, symbol)?);
            if !symbol.is_undefined(endian) {
                exports.push(name);
            } else if index != SymbolIndex(0) && symbol.st_bind() != elf::STB_WEAK {
                let version = match &versions {
                    Some(versions) => {
                        versions.version(versions.version_index(endian, index).index())?
                    }
                    None => None,
                };
                undefined.push((name, version.and_then(Version::file).map(text)));
            }
        }
        exports.sort();
        let (mut needed, mut dynamic) = (Vec::new(), Vec::new());
        if let Some((entries, link)) = sections.dynamic(endian, data)? {
            let strings = sections.strings(endian, data, link)?;
            for entry in entries {
                if entry.tag(endian) == elf::DT_NEEDED {
                    needed.push(text(entry.string(endian, strings)?));
                }
                dynamic.push((entry.tag(endian).0, entry.val(endian)));
            }
        }
        Ok(Self {
            exports,
            undefined,
            needed,
            dynamic,
        })
    }

    /// The value of one entry of the dynamic section; 0 if it has none.
    pub(crate) fn dynamic(&self, tag: i64) -> u64 {
        let mut entries = self.dynamic.iter();
        entries
            .find(|(entry, _)| *entry == tag)
            .map_or(0, |(_, value)| *value)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
