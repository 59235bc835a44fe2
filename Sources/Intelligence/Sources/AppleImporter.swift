import Domain
import FoundationEssentials

/// Apple's security releases as SOFA publishes them: the feed of a system (`OSVersions`, each a line of releases),
/// or the list of all (`releases`). https://sofa.macadmins.io
///
/// An advisory is emitted for each release, on the vulnerabilities that its line has fixed in it first: some are
/// named again by later ones.
public struct AppleImporter: FeedImporter {
    public static var source: IntelligenceSource { .apple }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .apple, format: "SOFA JSON")
        let reader = JSONReader(input)
        var releases = AppleReleases()
        var hasReleases = false
        try reader.object { key in
            switch key {
            case "LastCheck": summary.contentIsAtLeast(try reader.stringOrSkip().flatMap(Timestamp.parse))
            case "OSVersions":
                hasReleases = true
                try reader.array { try releases.take(line: reader, &summary) }
            case "releases":
                hasReleases = true
                try reader.array { try releases.take(release: reader, &summary) }
            default: break
            }
        }
        try reader.finish()
        guard hasReleases else { throw reader.malformed("there are no releases") }
        for advisory in releases.advisories(&summary) {
            summary.records += 1
            summary.contentIsAtLeast(advisory.published)
            try emit(.advisory(advisory))
        }
        return summary
    }
}
