import Domain
import FoundationEssentials

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
    /// A text that holds the name of the newest file, which lies beside it at `url`'s folder.
    public let pointerURL: String?
    /// Whether the publisher may not have it: a release that is not out yet, or not any more.
    public let isOptional: Bool
    /// The media type to ask for, where the publisher has several.
    public let accept: String?
    /// When its publisher says that it last changed: a file that was fetched later is not asked for again.
    public let changedAt: Date?
    /// Whether it is a list of the feeds, which are fetched after it; it is not loaded itself.
    public let isList: Bool
    /// Whether it holds what changed alone: what it lacks is still said.
    public let isPart: Bool

    public init(
        source: IntelligenceSource, name: String? = nil, url: String, fileName: String, licence: String = "",
        checksumURL: String? = nil, refreshAfter: Duration? = nil, pointerURL: String? = nil, isOptional: Bool = false,
        accept: String? = nil, changedAt: Date? = nil, isList: Bool = false, isPart: Bool = false
    ) {
        self.isPart = isPart
        self.accept = accept
        self.changedAt = changedAt
        self.isList = isList
        self.source = source
        self.name = name ?? source.rawValue
        self.url = url
        self.fileName = fileName
        self.licence = licence
        self.checksumURL = checksumURL
        self.refreshAfter = refreshAfter
        self.pointerURL = pointerURL
        self.isOptional = isOptional
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
            checksumURL: checksumURL.map(moved), refreshAfter: refreshAfter, pointerURL: pointerURL.map(moved),
            isOptional: isOptional, accept: accept, changedAt: changedAt, isList: isList,
            isPart: isPart)
    }

    /// The same feed, at the file that its pointer names; nil when what it holds is no file's name.
    func pointed(to text: String) -> FeedLocation? {
        let name = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        let isName = !name.isEmpty && name.utf8.count < 256 && !name.contains("/") && !name.hasPrefix(".")
        guard isName, let slash = url.lastIndex(of: "/") else { return nil }
        return FeedLocation(
            source: source, name: self.name, url: url[...slash] + name, fileName: fileName, licence: licence,
            checksumURL: checksumURL, refreshAfter: refreshAfter, isOptional: isOptional)
    }

    /// The same feed, asked for again after another time.
    func refreshed(after pause: Duration) -> FeedLocation {
        FeedLocation(
            source: source, name: name, url: url, fileName: fileName, licence: licence, checksumURL: checksumURL,
            refreshAfter: pause, pointerURL: pointerURL, isOptional: isOptional, accept: accept)
    }

    /// What lies beside it, or below its folder.
    func beside(_ path: String, fileName: String, changedAt: Date? = nil) -> FeedLocation {
        let folder = url.lastIndex(of: "/").map { url[...$0] } ?? ""
        return FeedLocation(
            source: source, name: name, url: folder + path, fileName: fileName, licence: licence, changedAt: changedAt,
            isPart: true)
    }
}
