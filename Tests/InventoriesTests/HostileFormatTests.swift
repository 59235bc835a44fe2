import Domain
import Foundation
import Inventories
import Testing
import TestRandomness

@Suite("Hostile documents of every format")
struct HostileFormatTests {
    private static let seeds: [String] = [
        "bash-5.1.8-6.el9_1.x86_64\nopenssl-libs 1 3.0.7 24.el9 x86_64\n",
        "P:musl\nV:1.2.4-r2\nA:x86_64\no:musl\n\nP:x\nV:1\n",
        "musl-1.2.4-r2 - the musl c library\nlibcrypto3-3.1.4-r5 x86_64 {openssl} (A) [installed]\n",
        #"{"name":"apps","hostIdentifier":"a","snapshot":[{"name":"F.app","bundle_identifier":"x","bundle_short_version":"1"}]}"#,
        #"{"diffResults":{"added":[{"name":"l","version":"4"}],"removed":""},"name":"npm_packages"}"#,
        #"[{"vendor":"V","name":"N","version":"1.0 (1)"}]"#,
        "Host Name: X\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.17763 N/A Build 17763\n[01]: KB4464455\n",
        "Caption  CSName  HotFixID  InstalledOn\nhttp://x  H  KB4464455  1\n",
        "ProductVersion: 13.4.1\nBuildVersion: 1\n",
    ]

    @Test("no change to a document ends the program, in any format", arguments: InventoryFormat.allCases)
    func mutations(_ format: InventoryFormat) {
        var generator = SeededRandom(seed: 4)
        let hints = HostHints(system: Distribution.operatingSystem("debian:12"))
        for _ in 0..<400 {
            let seed = Self.seeds.randomElement(using: &generator) ?? ""
            let bytes = Array(mutated(Data(seed.utf8), using: &generator))
            _ = InventoryFormat.detect(bytes)
            guard let hosts = try? InventoryDocuments.read(bytes, format: format, hints: hints) else { continue }
            for host in hosts {
                #expect(host.packages.allSatisfy { !$0.name.isEmpty && $0.name.utf8.count <= 1_024 })
            }
        }
    }

    @Test("lists beyond the limit are refused")
    func limits() {
        var limits = DocumentLimits.standard
        limits.packages = 2
        let hints = HostHints(system: Distribution.operatingSystem("almalinux:9"))
        let text = (1...3).map { "p\($0)-1.0-1.el9.noarch" }.joined(separator: "\n")
        #expect(throws: DocumentError.tooMany("packages", limit: 2)) {
            try InventoryDocuments.read(Array(text.utf8), format: .rpmQuery, hints: hints, limits: limits)
        }
    }

    @Test("ten thousand opening brackets, a name of ten megabytes and a lone UTF-16 mark")
    func absurd() {
        let documents: [[UInt8]] = [
            [UInt8](repeating: UInt8(ascii: "["), count: 10_000), [0xFF, 0xFE], [0xFF, 0xFE, 0x41],
            Array(#"[{"vendor":"V","version":"1","name":""#.utf8) + [UInt8](repeating: 0x41, count: 10 << 20)
                + Array(#""}]"#.utf8),
        ]
        for bytes in documents {
            _ = InventoryFormat.detect(bytes)
            let hosts = try? InventoryDocuments.read(bytes)
            #expect(hosts?.allSatisfy(\.packages.isEmpty) ?? true)
        }
    }
}
