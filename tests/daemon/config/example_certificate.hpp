// A certificate of an RA, for tests that only have to name one.
#pragma once

namespace ukey::config {

inline constexpr const char* kExampleCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBgTCCASegAwIBAgIUMQ29hkHQJtW9kDSHrf8v9HgJTm0wCgYIKoZIzj0EAwIw\n"
    "FTETMBEGA1UEAwwKRXhhbXBsZSBSQTAgFw0yNjExMjkxNjE4NTlaGA8yMTI2MTEw\n"
    "NTE2MTg1OVowFTETMBEGA1UEAwwKRXhhbXBsZSBSQTBZMBMGByqGSM49AgEGCCqG\n"
    "SM49AwEHA0IABCbIWHTHnSpX5QoeFA0MXD1LxDtGgecnLUyvy4yRay/ha830ubmz\n"
    "X7H9eqDE9acldtphfRUDjq6YxsrxuiCL/2KjUzBRMB0GA1UdDgQWBBS+4b21dSZq\n"
    "u7GAhhq/EiKEg0BwrzAfBgNVHSMEGDAWgBS+4b21dSZqu7GAhhq/EiKEg0BwrzAP\n"
    "BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQC5dKAYDUtG2fhOWllh\n"
    "vjJwMJdSo8nRwmzwE3nSDKLkfgIgd/YoBoc7wk6XHb5LGFy6HSRYFk5j5l/v1C33\n"
    "1w2HZiM=\n"
    "-----END CERTIFICATE-----\n";

}  // namespace ukey::config
