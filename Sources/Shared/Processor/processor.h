// What the compiler knows by -march of the processor that it compiles for, and Swift does not ask.

// How many floats the widest registers hold.
#ifdef __AVX512F__
#define FLOATS_OF_A_REGISTER 16
#else
#define FLOATS_OF_A_REGISTER 8
#endif
