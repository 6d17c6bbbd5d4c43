//! Structs whose size the other side says: no byte beyond it is read.

/// The member of the struct at a pointer, or `$absent` if that struct, `$room` bytes large, has it not
/// whole. Expands to an unsafe block of the caller's promise: `$room` readable bytes at `$from`.
macro_rules! read_member {
    ($struct:ty, $from:expr, $room:expr, $member:ident: $type:ty, $absent:expr) => {
        if $room >= std::mem::offset_of!($struct, $member) + size_of::<$type>() {
            // SAFETY: the member lies within the room that the caller promises.
            unsafe { std::ptr::addr_of!((*$from).$member).read_unaligned() }
        } else {
            $absent
        }
    };
}

pub(super) use read_member;
