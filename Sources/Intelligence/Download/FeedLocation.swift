import Domain

/// Where a source publishes one of its feeds.
public struct FeedLocation: Sendable, Hashable {
    public let source: IntelligenceSource
    /// What the list of loaded sources calls it; feeds of one name make up one whole.
    public let name: String
    public let url: String
    /// The name of the file that it is kept as.
    public let fileName: String
    /// The terms of its content, as a phrase.
    public let licence: String
    /// A text beside it that holds the SHA-256 of its decompressed bytes (NVD's `.meta` files).
    public let checksumURL: String?
    /// Not asked for again before this time has passed; nil: at each update.
    public let refreshAfter: Duration?

    public init(
        source: IntelligenceSource, name: String? = nil, url: String, fileName: String, licence: String = "",
        checksumURL: String? = nil, refreshAfter: Duration? = nil
    ) {
        self.source = source
        self.name = name ?? source.rawValue
        self.url = url
        self.fileName = fileName
        self.licence = licence
        self.checksumURL = checksumURL
        self.refreshAfter = refreshAfter
    }

    /// The same feed on a mirror, where it has the path of its host and its path there:
    /// `https://www.cisa.gov/a/b.json` becomes `MIRROR/www.cisa.gov/a/b.json`.
    func mirrored(at mirror: String) -> FeedLocation {
        func moved(_ url: String) -> String {
            let path = url.split(separator: "://", maxSplits: 1).last.map(String.init) ?? url
            return mirror.hasSuffix("/") ? mirror + path : "\(mirror)/\(path)"
        }
        return FeedLocation(
            source: source, name: name, url: moved(url), fileName: fileName, licence: licence,
            checksumURL: checksumURL.map(moved), refreshAfter: refreshAfter)
    }
}
