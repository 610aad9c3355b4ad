// How a test speaks to the fake library beside GM/T 0016. It is one as makers really ship them, built once
// for each ABI (FAKE_ULONG, FAKE_PACKED, FAKE_LEFT, FAKE_OLD_NAMES); how it misbehaves is said at run time
// through fakeSet.
#pragma once

/// What the library makes of the two calls of the standard ("convention").
enum FakeConvention { kStandard, kNullIsTooSmall, kShortIsOk, kNullNotKnown };
/// How it ends its name lists ("listEnd").
enum FakeListEnd { kTwoNuls, kNoTerminator, kEmptyIsLengthZero };

extern "C" {
/// A fresh token: containers "sm2" (both pairs, certificates), "rsa" (signing pair), "empty".
void fakeReset();
/// Numbers: "convention", "listEnd", "code:<function>" (with "once:<function>"), "claim:<function>" (a
/// length), "silent:<function>" (says OK, writes nothing), and more that stand with the functions.
void fakeSet(const char* name, long long value);
void fakeText(const char* name, const char* value);
/// How often a function was called; "all"; "misuse": with a handle of another kind.
long long fakeCalls(const char* name);
long long fakeOpenHandles();
/// Out and in: no handle is good any more.
void fakeReplug();
/// Puts a certificate beside a pair of the container.
void fakeCertificate(const char* container, int sign, const unsigned char* octets, unsigned length);
/// What arrived by value in SKF_DecryptInit.
long long fakeIvLength();
long long fakeFeedBits();
/// cbEncryptedPriKey of the last import.
const unsigned char* fakeLastImport();
void fakeRsaModulus(unsigned char* out);
}
