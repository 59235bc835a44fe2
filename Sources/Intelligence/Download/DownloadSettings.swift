import Domain
import FoundationEssentials

/// How feeds are fetched.
public struct DownloadSettings: Sendable {
    /// The base address under which a mirror holds the feeds; nil: the publishers themselves.
    public var mirror: String?
    /// The sources to fetch from where none is named.
    public var sources = IntelligenceSource.feeds.filter { !FeedCatalogue.large.contains($0) }
    /// OSV's archives to fetch.
    public var ecosystems = FeedCatalogue.standardEcosystems
    /// The first of NVD's years to fetch.
    public var nvdSince = 2002
    public var nvd = NVDSettings()
    /// Nil where there is no account.
    public var vulndb: VulnDBSettings?
    public var proxies = ProxySettings()
    /// Attempts for one file, each after a longer wait.
    public var attempts = 4
    /// The wait before the second attempt; it doubles with each.
    public var backoff = Duration.seconds(1)
    /// The longest that a server may ask us to wait; beyond, the update gives up for this time.
    public var longestWait = Duration.seconds(120)
    /// The longest that connecting may take.
    public var connectTimeout = Duration.seconds(3)
    /// The longest that a server may be silent.
    public var readTimeout = Duration.seconds(30)
    /// The longest that one file may take over all attempts.
    public var deadline = Duration.seconds(1800)
    /// The largest file that is taken.
    public var maximumBytes: Int64 = 4 << 30

    public init() {}

    /// - Parameter environment: `GARRISON_INTEL_MIRROR`, `GARRISON_INTEL_OSV` (names separated by commas, or
    ///   `none`), `GARRISON_INTEL_NVD_SINCE` and the usual proxy variables.
    /// - Throws: `IntelligenceError.setting` for what cannot be understood.
    public init(environment: [String: String]) throws(IntelligenceError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let base = value("GARRISON_INTEL_MIRROR") { try setMirror(base) }
        if let list = value("GARRISON_INTEL_SOURCES") { sources = try Self.sources(list) }
        if let list = value("GARRISON_INTEL_OSV") {
            let names = list.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
            ecosystems = list == "none" ? [] : names.filter { !$0.isEmpty }
        }
        if let text = value("GARRISON_INTEL_NVD_SINCE") {
            guard let year = Int(text), (2002...9999).contains(year) else {
                throw .setting(name: "GARRISON_INTEL_NVD_SINCE", reason: "it is no year from 2002 on")
            }
            nvdSince = year
        }
        try readInterfaces(value)
        proxies = try ProxySettings(environment: environment)
    }

    /// `all`, or names separated by commas.
    private static func sources(_ list: String) throws(IntelligenceError) -> [IntelligenceSource] {
        if list == "all" { return IntelligenceSource.feeds }
        var sources: [IntelligenceSource] = []
        for name in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let source = IntelligenceSource(rawValue: String(name)) else {
                throw .setting(name: "GARRISON_INTEL_SOURCES", reason: "\(name) is no source")
            }
            sources.append(source)
        }
        return sources
    }

    /// Fetches from a mirror instead of the publishers.
    public mutating func setMirror(_ base: String) throws(IntelligenceError) {
        guard let url = URL(string: base), ["http", "https"].contains(url.scheme), url.host()?.isEmpty == false else {
            throw .setting(name: "GARRISON_INTEL_MIRROR", reason: "it is no http or https address")
        }
        mirror = base
    }

    /// The feeds to fetch, where they are to be fetched from.
    public func locations(year: Int) -> [FeedLocation] {
        let published = FeedCatalogue.published(year: year, nvdSince: nvdSince, ecosystems: ecosystems)
            .filter { $0.source != .nvd || !nvd.isUsed }
        return mirror.map { base in published.map { $0.mirrored(at: base) } } ?? published
    }
}
