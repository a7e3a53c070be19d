// The kernels of Holdfast. All indexes are of a one-dimensional grid; all pointers are device addresses.
#include "device.h"

// FIPS 180-4, 4.2.2.
CONSTANT u32 ROUND[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

CONSTANT u32 INITIAL[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// FIPS 180-4, 6.2.2: one block of sixteen big-endian words, which it overwrites with the schedule's last sixteen.
DEVICE void compress(u32 state[8], u32 w[16]) {
    u32 a = state[0], b = state[1], c = state[2], d = state[3];
    u32 e = state[4], f = state[5], g = state[6], h = state[7];
#pragma unroll
    for (int t = 0; t < 64; t++) {
        if (t >= 16) {
            u32 w15 = w[(t + 1) & 15], w2 = w[(t + 14) & 15];
            u32 s0 = rotate_right(w15, 7) ^ rotate_right(w15, 18) ^ w15 >> 3;
            u32 s1 = rotate_right(w2, 17) ^ rotate_right(w2, 19) ^ w2 >> 10;
            w[t & 15] += s0 + w[(t + 9) & 15] + s1;
        }
        u32 sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        u32 t1 = h + sum1 + ((e & f) ^ (~e & g)) + ROUND[t] + w[t & 15];
        u32 sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        u32 t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

struct alignas(16) Words {
    u32 word[4];
};

DEVICE void load_block(const u8 *bytes, u32 w[16]) {
    const Words *from = (const Words *)bytes;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        Words four = from[i];
#pragma unroll
        for (int j = 0; j < 4; j++) {
            w[4 * i + j] = big_endian(four.word[j]);
        }
    }
}

// The big-endian word at `offset` of a message of `length` bytes followed by its 0x80 (FIPS 180-4, 5.1.1).
DEVICE u32 padded_word(const u8 *bytes, u64 offset, u64 length) {
    u32 word = 0;
    for (u64 i = offset; i < offset + 4; i++) {
        word = word << 8 | (i < length ? bytes[i] : i == length ? 0x80 : 0);
    }
    return word;
}

// The SHA-256 of each leaf of `leaf_bytes` (a multiple of 64), one leaf a thread; the last leaf may be shorter.
// `content` is aligned to 16 bytes. Digest i goes to digests[8 i ..], as its bytes lie in memory.
KERNEL holdfast_leaf_digests(const u8 *content, u64 size_bytes, u64 leaf_bytes, u32 *digests) {
    u64 leaf = thread_index();
    u64 start = leaf * leaf_bytes;
    if (start >= size_bytes) {
        return;
    }
    u64 length = size_bytes - start < leaf_bytes ? size_bytes - start : leaf_bytes;
    const u8 *bytes = content + start;
    u32 state[8], w[16];
#pragma unroll
    for (int i = 0; i < 8; i++) {
        state[i] = INITIAL[i];
    }
    // The whole blocks, then one or two with the padding: one loop, so that the rounds are in the code once.
    u64 whole = length / 64;
    u64 blocks = (length + 9 + 63) / 64;
#pragma unroll 1
    for (u64 block = 0; block < blocks; block++) {
        if (block < whole) {
            load_block(bytes + block * 64, w);
        } else {
            bool last = block == blocks - 1;
#pragma unroll
            for (int i = 0; i < 14; i++) {
                w[i] = padded_word(bytes, block * 64 + 4 * i, length);
            }
            w[14] = last ? (u32)(length >> 29) : padded_word(bytes, block * 64 + 56, length);
            w[15] = last ? (u32)(length << 3) : padded_word(bytes, block * 64 + 60, length);
        }
        compress(state, w);
    }
#pragma unroll
    for (int i = 0; i < 8; i++) {
        digests[8 * leaf + i] = big_endian(state[i]);
    }
}

// Adds to the counter that processes share and returns the sum; one thread.
KERNEL holdfast_count(u64 *counter, u64 delta, u64 *sum) {
    if (thread_index() == 0) {
        *sum = atomic_add(counter, delta) + delta;
    }
}

// Raises the counter to `least` if it is lower and returns its value afterwards; one thread.
KERNEL holdfast_raise(long long *counter, long long least, long long *value) {
    if (thread_index() == 0) {
        long long before = atomic_max(counter, least);
        *value = before < least ? least : before;
    }
}

// Adds to *found how many of `count` floats are infinite or not a number: those with all bits of the exponent set.
// `exponent` is that mask: 0x7f800000 for FP32; 0x7c00 for FP16 and 0x7f80 for BF16 in the 16-bit kernel.
KERNEL holdfast_count_nonfinite_32(const u32 *values, u64 count, u32 exponent, u64 *found) {
    u64 seen = 0;
    for (u64 i = thread_index(); i < count; i += thread_count()) {
        seen += (values[i] & exponent) == exponent;
    }
    if (seen > 0) {
        atomic_add(found, seen);
    }
}

KERNEL holdfast_count_nonfinite_16(const u16 *values, u64 count, u32 exponent, u64 *found) {
    u64 seen = 0;
    for (u64 i = thread_index(); i < count; i += thread_count()) {
        seen += (values[i] & exponent) == exponent;
    }
    if (seen > 0) {
        atomic_add(found, seen);
    }
}
