#include "textflag.h"

// Both functions compute a tile c = start + a × b and keep it in registers: for
// each of k steps they read one row of the panel b, and multiply it by one
// number of every row of a. They leave no more than the tile in memory, so they
// need no cleaning up. k is at least 1; lda and ldc count numbers, not bytes.

// Arguments: CX steps, SI the first row of a, R8 bytes between rows, DI the
// panel, R9 start, DX the tile, R10 bytes between its rows. Rows of a are
// reached from bases three rows apart: SI, R11, R12, R13.
#define ARGUMENTS \
	MOVQ k+0(FP), CX; \
	MOVQ a+8(FP), SI; \
	MOVQ lda+16(FP), R8; \
	MOVQ b+24(FP), DI; \
	MOVQ start+32(FP), R9; \
	MOVQ c+40(FP), DX; \
	MOVQ ldc+48(FP), R10; \
	SHLQ $2, R8; \
	SHLQ $2, R10; \
	LEAQ (R8)(R8*2), R14; \
	LEAQ (SI)(R14*1), R11; \
	LEAQ (R11)(R14*1), R12; \
	LEAQ (R12)(R14*1), R13

// Three rows of AVX2: a number of a in all lanes of Y14, times the row of b in
// Y12 and Y13.
#define ROW2(at, low, high) \
	VBROADCASTSS at, Y14; \
	VFMADD231PS  Y12, Y14, low; \
	VFMADD231PS  Y13, Y14, high

#define STORE2(low, high) \
	VMOVUPS low, (DX); \
	VMOVUPS high, 32(DX); \
	ADDQ    R10, DX

#define COPY2(low, high) \
	VMOVAPS Y0, low; \
	VMOVAPS Y1, high

// func tile6x16(k int, a *float32, lda int, b, start, c *float32, ldc int)
TEXT ·tile6x16(SB), NOSPLIT, $0-56
	ARGUMENTS
	VMOVUPS (R9), Y0
	VMOVUPS 32(R9), Y1
	COPY2(Y2, Y3)
	COPY2(Y4, Y5)
	COPY2(Y6, Y7)
	COPY2(Y8, Y9)
	COPY2(Y10, Y11)

step6:
	VMOVUPS (DI), Y12
	VMOVUPS 32(DI), Y13
	ROW2((SI), Y0, Y1)
	ROW2((SI)(R8*1), Y2, Y3)
	ROW2((SI)(R8*2), Y4, Y5)
	ROW2((R11), Y6, Y7)
	ROW2((R11)(R8*1), Y8, Y9)
	ROW2((R11)(R8*2), Y10, Y11)
	ADDQ    $4, SI
	ADDQ    $4, R11
	ADDQ    $64, DI
	DECQ    CX
	JNZ     step6
	STORE2(Y0, Y1)
	STORE2(Y2, Y3)
	STORE2(Y4, Y5)
	STORE2(Y6, Y7)
	STORE2(Y8, Y9)
	STORE2(Y10, Y11)
	VZEROUPPER
	RET

// The same for AVX-512.
#define ROW5(at, low, high) \
	VBROADCASTSS at, Z26; \
	VFMADD231PS  Z24, Z26, low; \
	VFMADD231PS  Z25, Z26, high

#define ROWS5(base, l0, h0, l1, h1, l2, h2) \
	ROW5((base), l0, h0); \
	ROW5((base)(R8*1), l1, h1); \
	ROW5((base)(R8*2), l2, h2); \
	ADDQ $4, base

#define COPY5(low, high) \
	VMOVAPS Z0, low; \
	VMOVAPS Z1, high

#define STORE5(low, high) \
	VMOVUPS low, (DX); \
	VMOVUPS high, 64(DX); \
	ADDQ    R10, DX

// func tile12x32(k int, a *float32, lda int, b, start, c *float32, ldc int)
TEXT ·tile12x32(SB), NOSPLIT, $0-56
	ARGUMENTS
	VMOVUPS (R9), Z0
	VMOVUPS 64(R9), Z1
	COPY5(Z2, Z3)
	COPY5(Z4, Z5)
	COPY5(Z6, Z7)
	COPY5(Z8, Z9)
	COPY5(Z10, Z11)
	COPY5(Z12, Z13)
	COPY5(Z14, Z15)
	COPY5(Z16, Z17)
	COPY5(Z18, Z19)
	COPY5(Z20, Z21)
	COPY5(Z22, Z23)

step12:
	VMOVUPS (DI), Z24
	VMOVUPS 64(DI), Z25
	ROWS5(SI, Z0, Z1, Z2, Z3, Z4, Z5)
	ROWS5(R11, Z6, Z7, Z8, Z9, Z10, Z11)
	ROWS5(R12, Z12, Z13, Z14, Z15, Z16, Z17)
	ROWS5(R13, Z18, Z19, Z20, Z21, Z22, Z23)
	ADDQ $128, DI
	DECQ CX
	JNZ  step12
	STORE5(Z0, Z1)
	STORE5(Z2, Z3)
	STORE5(Z4, Z5)
	STORE5(Z6, Z7)
	STORE5(Z8, Z9)
	STORE5(Z10, Z11)
	STORE5(Z12, Z13)
	STORE5(Z14, Z15)
	STORE5(Z16, Z17)
	STORE5(Z18, Z19)
	STORE5(Z20, Z21)
	STORE5(Z22, Z23)
	VZEROUPPER
	RET
