// What the kernels need of the machine they run on, so that the same source compiles for a CUDA device with clang
// alone (no CUDA toolkit) and, for a test of its arithmetic, for the processor.
#ifndef HOLDFAST_DEVICE_H
#define HOLDFAST_DEVICE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#if defined(__CUDA__)

#define KERNEL extern "C" __attribute__((global)) void
#define DEVICE static __attribute__((device, always_inline)) inline
#define CONSTANT static __attribute__((constant)) const

// Of a one-dimensional grid.
DEVICE u64 thread_index() {
    return (u64)__nvvm_read_ptx_sreg_ctaid_x() * __nvvm_read_ptx_sreg_ntid_x() + __nvvm_read_ptx_sreg_tid_x();
}

DEVICE u64 thread_count() {
    return (u64)__nvvm_read_ptx_sreg_nctaid_x() * __nvvm_read_ptx_sreg_ntid_x();
}

// One instruction (PTX ISA 3.2).
DEVICE u32 rotate_right(u32 word, int bits) {
    u32 rotated;
    asm("shf.r.wrap.b32 %0, %1, %1, %2;" : "=r"(rotated) : "r"(word), "r"(bits));
    return rotated;
}

DEVICE u32 big_endian(u32 word) {
    u32 swapped;
    asm("prmt.b32 %0, %1, 0, 0x0123;" : "=r"(swapped) : "r"(word));
    return swapped;
}

// System scope: also atomic towards the processor and other devices (PTX ISA 5.0, sm_60).
DEVICE u64 atomic_add(u64 *counter, u64 delta) {
    u64 before;
    asm volatile("atom.sys.global.add.u64 %0, [%1], %2;" : "=l"(before) : "l"(counter), "l"(delta) : "memory");
    return before;
}

DEVICE long long atomic_max(long long *counter, long long least) {
    long long before;
    asm volatile("atom.sys.global.max.s64 %0, [%1], %2;" : "=l"(before) : "l"(counter), "l"(least) : "memory");
    return before;
}

#else

#define KERNEL extern "C" void
#define DEVICE static inline
#define CONSTANT static const

// The test calls a kernel once for each thread of the grid.
static u64 current_thread;
static u64 threads_in_grid = 1;

extern "C" void run_as(u64 thread, u64 count) {
    current_thread = thread;
    threads_in_grid = count;
}

DEVICE u64 thread_index() { return current_thread; }
DEVICE u64 thread_count() { return threads_in_grid; }
DEVICE u32 rotate_right(u32 word, int bits) { return word >> bits | word << (32 - bits); }
DEVICE u32 big_endian(u32 word) { return __builtin_bswap32(word); }
DEVICE u64 atomic_add(u64 *counter, u64 delta) { return __atomic_fetch_add(counter, delta, __ATOMIC_SEQ_CST); }

DEVICE long long atomic_max(long long *counter, long long least) {
    long long before = __atomic_load_n(counter, __ATOMIC_SEQ_CST);
    while (before < least
            && !__atomic_compare_exchange_n(counter, &before, least, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    return before;
}

#endif
#endif
