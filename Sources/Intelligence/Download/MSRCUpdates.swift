import FoundationEssentials

/// Microsoft's list of its monthly documents.
/// https://api.msrc.microsoft.com/cvrf/v3.0/updates
enum MSRCUpdates {
    private static let most = 2000

    /// The documents, oldest first.
    static func documents(_ path: String, of list: FeedLocation) throws -> [FeedLocation] {
        let reader = JSONReader(try ByteSources.open(path: path))
        var documents: [(date: Date, location: FeedLocation)] = []
        try reader.object { key in
            guard key == "value" else { return }
            try reader.array {
                var fields: [String: String] = [:]
                try reader.object { key in
                    if ["ID", "CvrfUrl", "CurrentReleaseDate"].contains(key) {
                        fields[key] = try reader.stringOrSkip()
                    }
                }
                guard documents.count < most, let document = location(fields, list) else { return }
                documents.append((document.changedAt ?? .distantPast, document))
            }
        }
        return documents.sorted { $0.date < $1.date }.map(\.location)
    }

    /// Nil for an entry without a usable id. The address is made of the list's, so that a mirror's list leads to
    /// the mirror's documents.
    private static func location(_ fields: [String: String], _ list: FeedLocation) -> FeedLocation? {
        guard let id = fields["ID"], !id.isEmpty, id.utf8.count <= 40,
            id.utf8.allSatisfy({ JSONByte.isDigit($0) || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 == 0x2D })
        else { return nil }
        let base = list.url.hasSuffix("/updates") ? String(list.url.dropLast("/updates".count)) : list.url
        return FeedLocation(
            source: list.source, name: list.name, url: "\(base)/cvrf/\(id)", fileName: "msrc-\(id).json",
            licence: list.licence, accept: "application/json",
            changedAt: fields["CurrentReleaseDate"].flatMap(Timestamp.parse))
    }
}

extension FeedDownloader {
    /// The feeds that a downloaded list names.
    /// - Throws: `IntelligenceError` when it is no such list.
    public func listed(in list: Download) throws -> [FeedLocation] {
        try MSRCUpdates.documents(list.path, of: list.location)
    }
}
