//! As much of a 64-bit little-endian ELF file as a check of its symbols needs.

use std::collections::HashMap;
use std::path::Path;

/// A shared library's file.
pub(crate) struct Elf {
    bytes: Vec<u8>,
    sections: Vec<Section>,
}

struct Section {
    kind: u32,
    offset: usize,
    size: usize,
    /// The section that belongs to this one, such as its strings.
    link: usize,
}

struct Symbol {
    name: String,
    weak: bool,
    defined: bool,
    /// An index into the needed versions.
    version: u16,
}

const DYNAMIC: u32 = 6;
const DYNAMIC_SYMBOLS: u32 = 11;
const VERSIONS_NEEDED: u32 = 0x6fff_fffe;
const VERSIONS_OF_SYMBOLS: u32 = 0x6fff_ffff;

impl Elf {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes =
            std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            bytes.get(..6),
            Some(&b"\x7fELF\x02\x01"[..]),
            "not 64-bit little-endian ELF"
        );
        let mut elf = Self {
            bytes,
            sections: Vec::new(),
        };
        let table = elf.offset(0x28);
        let (size, count) = (usize::from(elf.u16(0x3a)), usize::from(elf.u16(0x3c)));
        for at in (0..count).map(|index| table + index * size) {
            let section = Section {
                kind: elf.u32(at + 4),
                offset: elf.offset(at + 24),
                size: elf.offset(at + 32),
                link: elf.u32(at + 40) as usize,
            };
            elf.sections.push(section);
        }
        elf
    }

    /// The names of what it defines for others, sorted.
    pub(crate) fn exports(&self) -> Vec<String> {
        let symbols = self.symbols().into_iter().filter(|symbol| symbol.defined);
        let mut names: Vec<_> = symbols.map(|symbol| symbol.name).collect();
        names.sort();
        names
    }

    /// What it takes from others, and from which library. Weak symbols may stay undefined.
    pub(crate) fn undefined(&self) -> Vec<(String, Option<String>)> {
        let libraries = self.libraries_of_versions();
        let symbols = self
            .symbols()
            .into_iter()
            .filter(|symbol| !symbol.defined && !symbol.weak);
        symbols
            .map(|symbol| (symbol.name, libraries.get(&symbol.version).cloned()))
            .collect()
    }

    /// The libraries it needs.
    pub(crate) fn needed(&self) -> Vec<String> {
        let section = self.section(DYNAMIC);
        let entries = entries(section, 16).filter(|at| self.u64(*at) == 1);
        entries
            .map(|at| self.text(section.link, self.offset(at + 8)))
            .collect()
    }

    /// The value of one entry of the dynamic section; 0 if it has none.
    pub(crate) fn dynamic(&self, tag: u64) -> u64 {
        let mut entries = entries(self.section(DYNAMIC), 16);
        entries
            .find(|at| self.u64(*at) == tag)
            .map_or(0, |at| self.u64(at + 8))
    }

    fn symbols(&self) -> Vec<Symbol> {
        let section = self.section(DYNAMIC_SYMBOLS);
        let versions = self.section(VERSIONS_OF_SYMBOLS).offset;
        let symbol = |(index, at): (usize, usize)| Symbol {
            name: self.text(section.link, self.u32(at) as usize),
            weak: self.bytes[at + 4] >> 4 == 2,
            defined: self.u16(at + 6) != 0,
            version: self.u16(versions + index * 2) & 0x7fff,
        };
        // The first one is a dummy.
        entries(section, 24)
            .enumerate()
            .skip(1)
            .map(symbol)
            .collect()
    }

    /// The library that each needed version belongs to.
    fn libraries_of_versions(&self) -> HashMap<u16, String> {
        let section = self.section(VERSIONS_NEEDED);
        let mut libraries = HashMap::new();
        let mut at = section.offset;
        loop {
            let library = self.text(section.link, self.u32(at + 4) as usize);
            let mut version = at + self.u32(at + 8) as usize;
            for _ in 0..self.u16(at + 2) {
                libraries.insert(self.u16(version + 6), library.clone());
                version += self.u32(version + 12) as usize;
            }
            match self.u32(at + 12) {
                0 => return libraries,
                next => at += next as usize,
            }
        }
    }

    fn section(&self, kind: u32) -> &Section {
        let found = self.sections.iter().find(|section| section.kind == kind);
        found.unwrap_or_else(|| panic!("it has no section of type {kind:#x}"))
    }

    fn text(&self, section: usize, at: usize) -> String {
        let from = &self.bytes[self.sections[section].offset + at..];
        let end = from.iter().position(|byte| *byte == 0).unwrap();
        String::from_utf8(from[..end].to_vec()).unwrap()
    }

    fn number<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes[at..at + N].try_into().unwrap()
    }

    fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes(self.number(at))
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.number(at))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.number(at))
    }

    fn offset(&self, at: usize) -> usize {
        usize::try_from(self.u64(at)).unwrap()
    }
}

/// Where each entry of a section begins.
fn entries(section: &Section, size: usize) -> impl Iterator<Item = usize> + use<> {
    (section.offset..section.offset + section.size).step_by(size)
}
