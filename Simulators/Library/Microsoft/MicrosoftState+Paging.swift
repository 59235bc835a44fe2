import FoundationEssentials

extension MicrosoftState {
    /// Where a page begins.
    enum Start {
        case at(Int)
        case wrong(SimulatedAnswer)
    }

    /// The start that the token in a link names; 0 without one.
    mutating func start(
        _ request: SimulatedRequest, _ error: (Int, String, String) -> SimulatedAnswer
    ) -> Start {
        guard let token = request.value("$skiptoken") else { return .at(0) }
        let parts = Data(base64Encoded: token).map { String(decoding: $0, as: UTF8.self).split(separator: "/") } ?? []
        guard !dice.losesCursor(), parts.count == 2, let index = Int(parts[0]), let issued = Int(parts[1]),
            Double(now.milliseconds - issued) < account.linkLifetime * 1000
        else { return .wrong(error(account.lostLinkStatus, "BadRequest", "Invalid or expired skip token.")) }
        return .at(index)
    }

    /// The address of the next page, with the same query and a token.
    func link(_ request: SimulatedRequest, behind index: Int) -> String {
        let token = Data("\(index)/\(now.milliseconds)".utf8).base64EncodedString()
        let kept = request.query.filter { $0.name != "$skiptoken" }.map { "\($0.name)=\(Self.escaped($0.value))" }
        let query = (kept + ["$skiptoken=\(Self.escaped(token))"]).joined(separator: "&")
        return "http://\(account.linkHost ?? host)\(request.path)?\(query)"
    }

    /// A number from a query, within bounds; nil where it is out of them.
    func number(_ request: SimulatedRequest, _ name: String, _ bounds: ClosedRange<Int>, or usual: Int) -> Int? {
        guard let text = request.value(name) else { return usual }
        return Int(text).flatMap { bounds.contains($0) ? $0 : nil }
    }

    /// The next records from an index on that are to be listed.
    func take(
        _ limit: Int, of count: Int, from start: Int, _ isListed: (Int) -> Bool
    ) -> (indices: [Int], next: Int?) {
        var indices: [Int] = []
        for index in start..<max(start, count) where isListed(index) {
            if indices.count == limit { return (indices, index) }
            indices.append(index)
        }
        return (indices, nil)
    }

    static func page(
        _ context: String, next: String?, _ records: (inout JSONText) -> Void
    ) -> SimulatedAnswer {
        var json = JSONText(reserving: 65_536)
        json.object { json in
            json.field("@odata.context", context)
            json.array("value", records)
            if let next { json.field("@odata.nextLink", next) }
        }
        return .json(200, json)
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x24, 0x2C].contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%\(hex.count == 1 ? "0" : "")\(hex)"
        }.joined()
    }
}
