import FoundationEssentials

/// Reads reports as `ReportEncoder` wrote them.
public enum StoredReport {
    public static func decode<Report: Decodable>(_ type: Report.Type, _ json: String) throws -> Report {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            let key = path[path.count - 1]
            // These name their members themselves.
            let isOwn = path.dropLast().contains { $0.stringValue == "os" || $0.stringValue == "package" }
            return isOwn ? key : Name(stringValue: camelCase(key.stringValue))
        }
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            return try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
        }
        return try decoder.decode(type, from: Data(json.utf8))
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// `source_id` as `sourceID`: what is an abbreviation is written as one in Swift.
    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.enumerated().map { place, word in
            if place == 0 { return String(word) }
            return word == "id" || word == "uuid" ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
        }.joined()
    }
}
