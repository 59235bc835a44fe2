import API

/// What clients send to the server.
enum HTTPTargets {
    static let all: [FuzzTarget] = [body, cursor]

    private static let body = FuzzTarget(
        "http-json",
        lines: [
            #"{"endpoint_ids":["0198c0de-0000-7000-8000-000000000001"],"strategy":"staged"}"#,
            #"{"a":[1,-2.5e3,true,false,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":{}},"d":[[],[[]]]}"#,
        ]
    ) { input in
        guard let value = try? JSONParser.parse(input) else { return }
        // Once written, 2.5e3 is a whole number; from then on nothing changes.
        let written = value.jsonBytes()
        expect((try? JSONParser.parse(written))?.jsonBytes() == written, "JSON survives being written")
    }

    private static let cursor = FuzzTarget(
        "http-cursor",
        lines: [Cursor(sort: "-risk_score", keys: [.number(63.7), .string("CVE-2024-1"), .integer(9)]).text]
    ) { input in
        guard let cursor = try? Cursor(String(decoding: input, as: UTF8.self)) else { return }
        _ = (try? cursor.key(0, as: String.self), try? cursor.key(1, as: Int.self))
        expect((try? Cursor(cursor.text)) == cursor, "a cursor survives being written")
    }
}
