import Domain
import FoundationEssentials
import Reports
import Risk
import Testing

@Suite("What reports call the things that findings are in")
struct AffectedProductTests {
    @Test(
        "packages by their URL, with what their type asks for",
        arguments: [
            ("debian:12", "openssl", "3.0.11-1", "pkg:deb/debian/openssl@3.0.11-1?arch=source&distro=debian-12"),
            ("almalinux:9", "bash", "1:5.1.8-6.el9", "pkg:rpm/almalinux/bash@5.1.8-6.el9?distro=almalinux-9&epoch=1"),
            ("alpine:3.19", "musl", "1.2.4-r2", "pkg:apk/alpine/musl@1.2.4-r2?distro=alpine-3.19"),
            ("npm", "@babel/core", "7.0.0", "pkg:npm/%40babel/core@7.0.0"),
            ("maven", "org.apache:log4j", "2.0", "pkg:maven/org.apache/log4j@2.0"),
            ("go", "github.com/a/b", "1.2.3", "pkg:golang/github.com/a/b@1.2.3"),
            ("packagist", "a/b", "1.0", "pkg:composer/a/b@1.0"),
        ])
    func packages(ecosystem: String, name: String, version: String, url: String) {
        let product = AffectedProduct(package: name, version: version, ecosystem: ecosystem)
        #expect(product.purl == url && product.reference == url && product.cpe == nil)
        #expect(product.kind == .library && product.name == name && product.version == version)
    }

    @Test("products by their CPE name, systems by what they are called")
    func products() {
        let bolt = AffectedProduct(package: "a:boltcms:bolt", version: "5.1+1", ecosystem: "cpe")
        #expect(bolt.cpe == "cpe:2.3:a:boltcms:bolt:5.1\\+1:*:*:*:*:*:*:*" && bolt.purl == nil)
        #expect(bolt.kind == .application && bolt.name == "bolt")
        for (ecosystem, name) in [("windows", "Windows 11 Version 23H2"), ("macos:15", "macOS")] {
            let system = AffectedProduct(package: name, version: "1.2", ecosystem: ecosystem)
            #expect(system.kind == .operatingSystem && system.purl == nil && system.cpe == nil)
            #expect(system.reference == "\(ecosystem)/\(name)@1.2")
        }
    }

    @Test("in OpenVEX everything has an IRI, and a decision the field that its status asks for")
    func openVEX() throws {
        let moment = Date(timeIntervalSince1970: 1_717_243_200)
        let covers = ExceptionKind.allCases.map { kind in
            OpenVEXReport.Cover(
                exception: .make(), kind: kind, reason: "known", owner: "ann", since: moment, until: moment,
                vulnerability: "CVE-2024-1",
                product: AffectedProduct(package: "Windows 11 \"X\"", version: "1", ecosystem: "windows"),
                hostname: kind == .accepted ? "web 1" : nil)
        }
        let report = OpenVEXReport(covers, tenant: .make(), author: "acme", program: "1", at: moment)
        let text = String(decoding: try report.encoded(), as: UTF8.self)
        #expect(text.contains("\"@id\" : \"pkg:generic/Windows%2011%20%22X%22@1\""))
        #expect(text.contains("\"@id\" : \"pkg:generic/web%201\""))
        for (word, count) in [
            ("\"status\" : \"not_affected\"", 2), ("\"impact_statement\" : \"known\"", 2),
            ("\"status\" : \"affected\"", 2), ("\"action_statement\" : \"known\"", 2),
            ("\"justification\" : \"inline_mitigations_already_exist\"", 1), ("\"version\" : 1717243200", 1),
        ] {
            #expect(text.split(separator: word, omittingEmptySubsequences: false).count == count + 1, "\(word)")
        }
    }
}
