import Domain
import Foundation
import Inventories
import Testing
import TestRandomness

@Suite("VEX documents")
struct VEXReaderTests {
    private static let openVEX = #"""
        {"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex-1","author":"Example Inc.","timestamp":"2024-03-01T10:00:00Z","version":1,
         "statements":[
          {"vulnerability":{"name":"CVE-2024-1000","aliases":["GHSA-1"]},"products":[{"@id":"pkg:deb/debian/openssl@3.0.11-1?arch=amd64"}],"status":"not_affected","justification":"component_not_present"},
          {"vulnerability":"CVE-2024-1001","products":["pkg:npm/lodash"],"status":"under_investigation"},
          {"vulnerability":{"name":"CVE-2024-1002"},"timestamp":"2024-04-01T10:00:00Z","products":[{"@id":"web-1","subcomponents":[{"@id":"pkg:apk/alpine/zlib","identifiers":{"cpe23":"cpe:2.3:a:zlib:zlib:1.2:*:*:*:*:*:*:*"}}]}],"status":"fixed"}]}
        """#

    @Test("OpenVEX: author and time of the document, products by package URL, subcomponents in their product")
    func openVEX() throws {
        let statements = try VEXReader.statements(Array(Self.openVEX.utf8))
        #expect(statements.map(\.status) == [.notAffected, .underInvestigation, .fixed])
        #expect(statements[0].vulnerabilities == ["CVE-2024-1000", "GHSA-1"])
        #expect(statements[0].author == "Example Inc.")
        #expect(statements[0].products[0].component.package?.version == "3.0.11-1")
        #expect(statements[0].products[0].component.family == "debian")
        #expect(statements[1].products[0].component.package?.version == "")
        #expect(statements[2].products[0].container?.id == "web-1")
        #expect(statements[2].products[0].component.cpe == "cpe:2.3:a:zlib:zlib:1.2:*:*:*:*:*:*:*")
        #expect(statements[2].date == Date(timeIntervalSince1970: 1_711_965_600))
        let document = try VEXReader.document(Array(Self.openVEX.utf8))
        #expect(document.format == .openVEX && document.id == "https://example.org/vex-1")
        #expect(document.author == "Example Inc." && document.date == Date(timeIntervalSince1970: 1_709_287_200))
    }

    @Test("a label and words are both kept; either is a reason, and what to do is none")
    func reasons() throws {
        let text = #"""
            {"@id":"urn:x","statements":[
             {"vulnerability":"CVE-1","products":["pkg:npm/a"],"status":"not_affected","justification":"component_not_present","impact_statement":"It is not built."},
             {"vulnerability":"CVE-2","products":["pkg:npm/a"],"status":"not_affected","impact_statement":"It is not built."},
             {"vulnerability":"CVE-3","products":["pkg:npm/a"],"status":"not_affected"},
             {"vulnerability":"CVE-4","products":["pkg:npm/a"],"status":"affected","action_statement":"Update."}]}
            """#
        let statements = try VEXReader.statements(Array(text.utf8))
        #expect(statements.map(\.reason) == ["component_not_present", "It is not built.", nil, nil])
        #expect(statements.map(\.hidesFindings) == [true, true, false, false])
        #expect(statements[0].impact == "It is not built." && statements[3].action == "Update.")
    }

    @Test("CSAF: products by id, flags as reasons, components of a system")
    func csaf() throws {
        let text = #"""
            {"document":{"category":"csaf_vex","csaf_version":"2.0","publisher":{"name":"Red Hat"},"tracking":{"id":"CVE-2024-1000","current_release_date":"2024-03-01T10:00:00+00:00"}},
             "product_tree":{"branches":[{"category":"vendor","branches":[
               {"category":"product_name","product":{"name":"RHEL 9","product_id":"rhel9","product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:9"}}},
               {"category":"product_version","product":{"name":"httpd","product_id":"httpd","product_identification_helper":{"purl":"pkg:rpm/redhat/httpd"}}}]}],
              "relationships":[{"category":"default_component_of","full_product_name":{"name":"httpd in RHEL 9","product_id":"rhel9:httpd"},"product_reference":"httpd","relates_to_product_reference":"rhel9"}]},
             "vulnerabilities":[{"cve":"CVE-2024-1000","product_status":{"known_not_affected":["rhel9:httpd"],"known_affected":["unknown"]},
               "flags":[{"label":"vulnerable_code_not_present","product_ids":["rhel9:httpd"]}],
               "threats":[{"category":"impact","details":"Built without it.","product_ids":["rhel9:httpd"]},{"category":"exploit_status","details":"none","product_ids":["rhel9:httpd"]}],
               "remediations":[{"category":"vendor_fix","details":"Update.","product_ids":["rhel9:httpd"]}]}]}
            """#
        let statements = try VEXReader.statements(Array(text.utf8))
        #expect(statements.count == 1)
        #expect(statements[0].status == .notAffected)
        #expect(statements[0].justification == "vulnerable_code_not_present")
        #expect(statements[0].impact == "Built without it." && statements[0].action == nil)
        #expect(statements[0].author == "Red Hat" && statements[0].document == "CVE-2024-1000")
        #expect(statements[0].products[0].component.package?.name == "httpd")
        #expect(statements[0].products[0].container?.cpe == "cpe:/o:redhat:enterprise_linux:9")
    }

    @Test("a statement without a known status or a vulnerability is refused with its place")
    func refused() {
        for text in [
            #"{"statements":[{"vulnerability":{"name":"CVE-2024-1"},"status":"harmless"}]}"#,
            #"{"statements":[{"status":"fixed"}]}"#, #"{"bomFormat":"CycloneDX"}"#, "",
        ] {
            #expect(throws: DocumentError.self) { try VEXReader.statements(Array(text.utf8)) }
        }
    }

    @Test("no change to a document ends the program")
    func mutations() {
        var generator = SeededRandom(seed: 11)
        for _ in 0..<2000 {
            _ = try? VEXReader.statements(Array(mutated(Data(Self.openVEX.utf8), using: &generator)))
        }
    }
}
