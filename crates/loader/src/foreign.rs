//! Structs of the plugin that live as long as the process and say themselves how large they are.

use std::ffi::{CStr, c_char};
use std::fmt;
use std::ptr::NonNull;
use std::slice;
use std::str::Utf8Error;

/// A static struct of the plugin, read member by member: only what lies within its `struct_size`.
pub(super) struct Foreign<S>(NonNull<S>);

/// One member of `S`, made by [`member!`].
pub(super) struct Member<S, M> {
    offset: usize,
    /// Carries the types; never called.
    _types: fn(&S) -> &M,
}

impl<S, M> Member<S, M> {
    /// # Safety
    /// `offset` is that of the member that `types` answers.
    pub(super) const unsafe fn new(offset: usize, types: fn(&S) -> &M) -> Self {
        Self {
            offset,
            _types: types,
        }
    }
}

/// Names a member: `member!(wfa_field.name)`.
macro_rules! member {
    ($struct:ident.$member:ident) => {
        // SAFETY: offset and types are of the same member.
        unsafe {
            $crate::foreign::Member::new(
                std::mem::offset_of!($crate::$struct, $member),
                |whole: &$crate::$struct| &whole.$member,
            )
        }
    };
}
pub(super) use member;

/// A list: the address of an array of pointers, and its length.
pub(super) type List<S, T> = (Member<S, *const *const T>, Member<S, usize>);

impl<S, M> Clone for Member<S, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, M> Copy for Member<S, M> {}

impl<S> Foreign<S> {
    /// None if `pointer` is NULL.
    ///
    /// # Safety
    /// Otherwise it points to a struct that begins with its size in a `u32` and has that many
    /// bytes; they, the NUL-terminated texts and the lists of such structs in it, stay valid and
    /// unchanged as long as the process lives.
    pub(super) unsafe fn new(pointer: *const S) -> Option<Self> {
        NonNull::new(pointer.cast_mut()).map(Self)
    }

    /// How many bytes of it there are.
    pub(super) fn size(self) -> usize {
        // SAFETY: `new` was promised a struct that begins with its size.
        let size = unsafe { self.0.cast::<u32>().read_unaligned() };
        size as usize
    }

    /// Whether the plugin's version has the member.
    pub(super) fn has<M>(self, member: Member<S, M>) -> bool {
        self.size() >= member.offset + size_of::<M>()
    }

    /// The member, if the plugin's version has it.
    pub(super) fn get<M: Copy>(self, member: Member<S, M>) -> Option<M> {
        self.read::<M, M>(member)
    }

    /// The function, if the plugin's version has it and it is not NULL, which is how None is
    /// stored.
    pub(super) fn function<F: Copy>(self, member: Member<S, F>) -> Option<F> {
        self.read::<F, Option<F>>(member).flatten()
    }

    /// Reads a member of type `M` as the `R` that has the same bytes.
    fn read<M, R: Copy>(self, member: Member<S, M>) -> Option<R> {
        const { assert!(size_of::<R>() == size_of::<M>()) }
        // SAFETY: the member lies within the bytes that `new` was promised, and the contract gives
        // it this type. Nothing is assumed of its alignment.
        let read = || unsafe { self.0.byte_add(member.offset).cast::<R>().read_unaligned() };
        self.has(member).then(read)
    }

    /// The text of a member; none if it is NULL or not there.
    pub(super) fn try_text(
        self,
        member: Member<S, *const c_char>,
    ) -> Option<Result<&'static str, Utf8Error>> {
        let pointer = self.get(member).filter(|pointer| !pointer.is_null())?;
        // SAFETY: `new` was promised texts that end in a NUL and live as long as the process.
        Some(unsafe { CStr::from_ptr(pointer) }.to_str())
    }

    /// The text of a member; none if it is NULL, not there or not UTF-8.
    pub(super) fn optional_text(self, member: Member<S, *const c_char>) -> Option<&'static str> {
        self.try_text(member)?.ok()
    }

    /// The text of a member; empty if there is none.
    pub(super) fn text(self, member: Member<S, *const c_char>) -> &'static str {
        self.optional_text(member).unwrap_or_default()
    }

    /// The pointers of a list, NULL or not.
    ///
    /// # Errors
    /// If the list has a length but no array.
    pub(super) fn pointers<T: 'static>(
        self,
        (array, count): List<S, T>,
    ) -> Result<&'static [*const T], String> {
        let (Some(array), Some(count)) = (self.get(array), self.get(count)) else {
            return Ok(&[]); // an older plugin, which has no such list
        };
        if count == 0 {
            return Ok(&[]);
        }
        if array.is_null() || !array.is_aligned() || isize::try_from(count).is_err() {
            return Err(format!("a list of {count} has no array"));
        }
        // SAFETY: `new` was promised that the list is there; the address is aligned and not NULL.
        Ok(unsafe { slice::from_raw_parts(array, count) })
    }

    /// The elements of a list.
    pub(super) fn list<T: 'static>(
        self,
        list: List<S, T>,
    ) -> impl Iterator<Item = Foreign<T>> + Clone {
        // SAFETY: the promise to `new` covers the elements of its lists.
        let element = |pointer: &*const T| unsafe { Foreign::new(*pointer) };
        self.pointers(list)
            .unwrap_or_default()
            .iter()
            .filter_map(element)
    }
}

impl<S> Clone for Foreign<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Foreign<S> {}

impl<S> fmt::Debug for Foreign<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

// SAFETY: it is only read, and what it points to never changes.
unsafe impl<S> Send for Foreign<S> {}
// SAFETY: as above.
unsafe impl<S> Sync for Foreign<S> {}
