#include "tests/daemon/support/streaming.hpp"

#include <algorithm>
#include <stdexcept>

namespace ukey::test {

using nlohmann::json;

namespace {

json notificationOf(const std::string& method, json params) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
}

class Call {
  public:
    Call(Client& client, std::string_view input, Streaming how) : client_(client), input_(input), how_(how) {}

    Streamed run(const std::string& method, json params) {
        params["stream"] = how_.stream;
        params["output"] = "stream";
        id_ = client_.start(method, params);
        while (!done_) {
            const std::string message = client_.receive();
            if (message.starts_with('{')) {
                take(json::parse(message));
            } else {
                takePiece(std::string_view(message).substr(4));
            }
        }
        return std::move(out_);
    }

  private:
    void takePiece(std::string_view octets) {
        if (octets.size() > credit_) throw std::runtime_error("more octets than were allowed");
        credit_ -= octets.size();
        out_.octets += octets;
        if (!octets.empty() && credit_ == 0) allow();
    }

    void allow() {
        credit_ += how_.allow;
        client_.send(notificationOf("stream.credit", {{"stream", output_}, {"bytes", how_.allow}}).dump());
    }

    void take(const json& message) {
        if (message.contains("id")) return takeAnswer(message);
        const json& params = message.at("params");
        const std::string method = message.at("method");
        if (method == "stream.credit") send(params.at("bytes").get<std::size_t>());
        if (method == "stream.ended") finish(params.at("result"));
        const bool isOutput = params.value("stream", 0U) == output_;
        if (method == "stream.abort" && isOutput) fail(params.at("error"));
    }

    void takeAnswer(const json& answer) {
        if (answer.at("id") != id_) return;
        if (answer.contains("error")) return fail(answer.at("error").at("data"));
        out_.wasAnswered = true;
        output_ = answer.at("result").at("output");
        allow();
    }

    void send(std::size_t allowed) {
        allowed_ += allowed;
        while (allowed_ > 0 && !input_.empty()) {
            const std::string_view piece = input_.substr(0, std::min({allowed_, how_.piece, input_.size()}));
            client_.sendBinary(streamMessage(how_.stream, piece));
            allowed_ -= piece.size();
            input_.remove_prefix(piece.size());
        }
        if (input_.empty() && !std::exchange(ended_, true))
            client_.sendBinary(streamMessage(how_.stream, {}));
    }

    void finish(const json& result) {
        out_.result = result;
        done_ = true;
    }
    void fail(const json& data) {
        out_.code = data.at("code");
        done_ = true;
    }

    Client& client_;
    std::string_view input_;
    Streaming how_;
    int id_ = 0;
    std::uint32_t output_ = 0;
    std::size_t allowed_ = 0;
    std::size_t credit_ = 0;
    bool ended_ = false;
    bool done_ = false;
    Streamed out_;
};

}  // namespace

std::string streamMessage(std::uint32_t stream, std::string_view octets) {
    std::string message;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) message.push_back(static_cast<char>(stream >> shift));
    return message += octets;
}

Streamed callStreaming(Client& client, const std::string& method, json params, std::string_view input,
                       Streaming how) {
    return Call(client, input, how).run(method, std::move(params));
}

}  // namespace ukey::test
