#include "sandbox/unlock_answer/unlock_asn1.hpp"

namespace ukey::unlock_answer {

ASN1_SEQUENCE(RawRequest) =
    {
        ASN1_SIMPLE(RawRequest, version, ASN1_INTEGER),
        ASN1_SIMPLE(RawRequest, serial, ASN1_UTF8STRING),
        ASN1_SIMPLE(RawRequest, model, ASN1_UTF8STRING),
        ASN1_SIMPLE(RawRequest, nonce, ASN1_OCTET_STRING),
        ASN1_SIMPLE(RawRequest, expires, ASN1_GENERALIZEDTIME),
        ASN1_SIMPLE(RawRequest, key, ASN1_OCTET_STRING),
        ASN1_IMP_OPT(RawRequest, challenge, ASN1_OCTET_STRING, 0),
} ASN1_SEQUENCE_END(RawRequest)

        ASN1_SEQUENCE(RawCipher) =
            {
                ASN1_SIMPLE(RawCipher, x, ASN1_INTEGER),
                ASN1_SIMPLE(RawCipher, y, ASN1_INTEGER),
                ASN1_SIMPLE(RawCipher, hash, ASN1_OCTET_STRING),
                ASN1_SIMPLE(RawCipher, cipher, ASN1_OCTET_STRING),
} ASN1_SEQUENCE_END(RawCipher)

                ASN1_SEQUENCE(RawResponse) =
                    {
                        ASN1_SIMPLE(RawResponse, version, ASN1_INTEGER),
                        ASN1_SIMPLE(RawResponse, nonce, ASN1_OCTET_STRING),
                        ASN1_EXP_OPT(RawResponse, sealed, RawCipher, 0),
                        ASN1_IMP_OPT(RawResponse, vendor, ASN1_OCTET_STRING, 1),
} ASN1_SEQUENCE_END(RawResponse)

                        ASN1_SEQUENCE(RawSigned) =
                            {
                                ASN1_SIMPLE(RawSigned, version, ASN1_INTEGER),
                                ASN1_SIMPLE(RawSigned, response, RawResponse),
                                ASN1_SEQUENCE_OF(RawSigned, certificates, X509),
                                ASN1_SIMPLE(RawSigned, signature, ASN1_OCTET_STRING),
} ASN1_SEQUENCE_END(RawSigned)

                                IMPLEMENT_ASN1_FUNCTIONS(RawRequest) IMPLEMENT_ASN1_FUNCTIONS(RawCipher)
                                    IMPLEMENT_ASN1_FUNCTIONS(RawResponse) IMPLEMENT_ASN1_FUNCTIONS(RawSigned)

}  // namespace ukey::unlock_answer
