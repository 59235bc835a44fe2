import Domain
import FoundationEssentials
import Intelligence
import Postgres
import Store
import TestSupport
import Testing

@Suite("Vendors' updates in the catalogue of patches", .database)
struct PatchCatalogueTests {
    private func rows(_ sql: String) async throws -> [String] {
        try await TestDatabase.current.store.owner.query(sql).map { try $0.decode(0) }
    }

    @Test("an import stores each update, what it fixes and what it takes the place of; again, it changes nothing")
    func stored() async throws {
        let intelligence = TestDatabase.current.store.intelligence
        for _ in 1...2 {
            try await intelligence.importFeed(path: Fixture.path("msrc-2024-jan.json"), source: .msrc, origin: "file")
        }
        let patches = try await rows(
            """
            SELECT concat_ws('|', kb_number, severity, released_date, reboot_required, array_to_string(builds, ','))
            FROM patches
            WHERE source = 'msrc'
            ORDER BY kb_number
            """)
        #expect(
            patches == [
                "KB5034127|critical|2024-01-09|t|10.0.17763.5329", "KB5034171|critical|2024-01-09|t|6.3.9600.21765",
            ])
        let superseded = """
            SELECT kb_number || '>' || superseded
            FROM patch_supersedence
            WHERE kb_number LIKE 'KB50341%'
            ORDER BY 1
            """
        #expect(try await rows(superseded) == ["KB5034127>KB5033371", "KB5034171>KB5033420"])
        let fixes = "SELECT DISTINCT kb_number FROM patch_vulnerabilities WHERE cve_id = 'CVE-2024-20674' ORDER BY 1"
        #expect(try await rows(fixes) == ["KB5034127", "KB5034171"])
    }

    /// Of a feed: a patch, what it is the one to install for, and how many vulnerabilities all of the feed's end.
    struct Sample: Sendable, CustomTestStringConvertible {
        let feed: String
        let patch: String
        let fixes: [String]
        let superseded: [String]
        let ends: Int

        var testDescription: String { feed }
    }

    static let samples = [
        Sample(
            feed: "osv-debian.zip",
            patch: "DLA-0001-1|distribution_update|gnutls26 - security update||2014-06-02|f|Debian 6",
            fixes: ["debian:6 gnutls26 2.8.6-1+squeeze4"], superseded: [], ends: 4),
        Sample(
            feed: "debian-tracker.json",
            patch: "debian/389-ds-base/1.3.5.15-1|distribution_update|389-ds-base 1.3.5.15-1|||f|Debian 11,Debian Sid",
            fixes: ["debian:11 389-ds-base 1.3.5.15-1", "debian:sid 389-ds-base 1.3.5.15-1"], superseded: [], ends: 1),
        Sample(
            feed: "osv-rocky.zip",
            patch: "RLSA-2023:0005|distribution_update|Important: bcel security update|high|2023-01-02|f|Rocky 9",
            fixes: ["rocky:9 bcel 0:6.4.1-9.el9_1"], superseded: [], ends: 3),
        Sample(
            feed: "alsa-2023-4520.json",
            patch:
                "ALSA-2023:4520|distribution_update|Moderate: python-requests security update|medium|2023-08-08|f|AlmaLinux 8",
            fixes: ["almalinux:8 python3-requests 2.20.0-3.el8_8"], superseded: [], ends: 1),
        Sample(
            feed: "redhat-rhsa-2023-7207.json.gz",
            patch:
                "RHSA-2023:7207|distribution_update|Red Hat Security Advisory: c-ares security update|medium|2023-11-14|f|Red Hat 8",
            fixes: ["redhat:8 c-ares 1.13.0-9.el8_9.1", "redhat:8 c-ares-devel 1.13.0-9.el8_9.1"], superseded: [],
            ends: 2),
        Sample(
            feed: "redhat-cve-2023-6228.json.gz",
            patch: "redhat/libtiff/4.4.0-12.el9|distribution_update|libtiff 4.4.0-12.el9|low||f|Red Hat 9",
            fixes: [
                "redhat:9 libtiff 4.4.0-12.el9", "redhat:9 libtiff-devel 4.4.0-12.el9",
                "redhat:9 libtiff-tools 4.4.0-12.el9",
            ], superseded: [], ends: 2),
        Sample(
            feed: "ubuntu-cve-2024-51988.json",
            patch:
                "ubuntu/rabbitmq-server/3.9.27-0ubuntu0.1|distribution_update|rabbitmq-server 3.9.27-0ubuntu0.1|medium||f|Ubuntu 22.04",
            fixes: ["ubuntu:22.04 rabbitmq-server 3.9.27-0ubuntu0.1"], superseded: [], ends: 4),
        Sample(
            feed: "alpine-secdb.yaml",
            patch: "alpine/zsh/5.8.1-r0|distribution_update|zsh 5.8.1-r0|||f|Alpine 3.15",
            fixes: ["alpine:3.15 zsh 5.4.2-r1", "alpine:3.15 zsh 5.8-r0", "alpine:3.15 zsh 5.8.1-r0"],
            superseded: ["alpine/zsh/5.8-r0"], ends: 13),
        Sample(
            feed: "apple-macos.json",
            patch: "macos 15.7.9|apple_release|macOS Sequoia 15.7.9||2026-08-06|t|macOS 15",
            fixes: ["15.7.5", "15.7.7", "15.7.8", "15.7.9"].map { "macos:15 macos \($0)" },
            superseded: ["macos 15.7.8"], ends: 111),
        Sample(
            feed: "nvd-api.json",
            patch: "google/protobuf-python/4.25.8|application|Protobuf-python 4.25.8|high||f|Google",
            fixes: ["cpe a:google:protobuf-python 4.25.8"], superseded: [], ends: 6),
    ]

    @Test("each publisher's feed gives patches, with what they fix and take the place of", arguments: samples)
    func feeds(_ sample: Sample) async throws {
        let intelligence = TestDatabase.current.store.intelligence
        _ = try await intelligence.importFeeds([
            .init(path: Fixture.path(sample.feed), source: nil, origin: "file", provenance: .init())
        ])
        let number = String(sample.patch.prefix { $0 != "|" })
        let patches = try await rows(
            """
            SELECT concat_ws('|', kb_number, kind, title, coalesce(severity, ''), coalesce(released_date::text, ''),
              reboot_required, array_to_string(products, ','))
            FROM patches
            WHERE NOT is_superseded
            """)
        #expect(patches.contains(sample.patch), "\(patches)")
        let fixes = try await rows(
            """
            SELECT concat_ws(' ', f.ecosystem, f.package, f.fixed_version)
            FROM patch_fixes AS f
            JOIN patches AS p ON p.id = f.patch_id
            WHERE p.kb_number = '\(number)'
            ORDER BY 1
            """)
        #expect(fixes == sample.fixes)
        #expect(
            try await rows("SELECT superseded FROM patch_supersedence WHERE kb_number = '\(number)'")
                == sample.superseded)
        #expect(try await rows("SELECT count(*)::text FROM patch_vulnerabilities") == ["\(sample.ends)"])
    }

    @Test("the index that the database gives judges Windows as the feed does")
    func index() async throws {
        let store = TestDatabase.current.store
        try await store.intelligence.importFeed(
            path: Fixture.path("msrc-2024-jan.json"), source: .msrc, origin: "file")
        #expect(try await store.intelligence.buildIndex().updateCount >= 2)
    }
}
