// Decryption of a long content under a key that stays in the token.
#pragma once

#include "tokenlib/drivers/skf/api.hpp"

namespace ukey::skf {

class ContentSession {
  public:
    /// Answers unsupported for algorithms that are no ECB, CBC, CFB or OFB of SM1, SSF33 or SM4, and
    /// bad-request for an IV of a wrong length. To be called before the key is imported.
    static void requireKnown(std::uint32_t algorithm, ByteView iv);

    /// `maxBuffer`: octets that one call of the device may carry; 0 when unknown.
    ContentSession(Api& api, Handle key, std::uint32_t algorithm, Bytes iv, std::size_t maxBuffer);

    /// Octets in whole blocks, as many as went in.
    Bytes decrypt(ByteView data);

  private:
    Bytes decryptPiece(ByteView piece);
    void chain(ByteView cipher, ByteView plain);

    Api* api_;
    OwnedHandle key_;
    std::uint32_t algorithm_;
    Bytes iv_;
    std::size_t pieceSize_;
    bool isRunning_ = false;
};

}  // namespace ukey::skf
