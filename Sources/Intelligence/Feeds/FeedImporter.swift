import Domain

/// Reads one published format of one source, as a stream: at no time is more than a record held.
public protocol FeedImporter: Sendable {
    static var source: IntelligenceSource { get }

    /// Reads all of `input`, calling `emit` with each record in the feed's order.
    ///
    /// A record that is well-formed but makes no sense is counted and skipped, see
    /// `FeedSummary.rejected`. What breaks the structure of the whole throws `IntelligenceError`;
    /// records before the break were emitted by then, so whoever stores them does it in one
    /// transaction. Errors thrown by `emit` end the reading and are passed on.
    func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary
}

/// All importers, by source.
public enum FeedImporters {
    /// The sources whose feeds can be read.
    public static let sources = IntelligenceSource.feeds.filter { importer(for: $0) != nil }

    /// The importer of everything that `source` publishes; nil where its feeds are not read.
    public static func importer(for source: IntelligenceSource) -> (any FeedImporter)? {
        switch source {
        case .nvd: NVDImporter()
        case .debian: DebianTrackerImporter()
        case .osv: OSVImporter()
        case .kev: KEVImporter()
        case .epss: EPSSImporter()
        case .exploitDB: ExploitDBImporter()
        case .cve: CVEImporter()
        case .ubuntu: UbuntuImporter()
        case .redhat: RedHatImporter()
        case .alpine: AlpineImporter()
        case .msrc: MSRCImporter()
        case .apple: AppleImporter()
        case .vulndb: VulnDBImporter()
        case .reported: nil
        }
    }
}
