import Domain
import FoundationEssentials
import Scanner
import Testing

@Suite("VEX statements on findings")
struct VEXTests {
    private static let finding = scan(
        [deb("libssl3", "3.0.11-1", source: "openssl")],
        with: [advisory("CVE-2024-1000", "openssl", [fixed("3.0.12-1")])]
    ).findings

    private func product(
        _ name: String, _ version: String = "", family: String? = "debian", in container: VEXIdentity? = nil
    )
        -> VEXProduct
    {
        let package = InstalledPackage(type: "deb", name: name, version: version)
        return VEXProduct(component: VEXIdentity(id: name, package: package, family: family), container: container)
    }

    private func statement(
        _ product: VEXProduct, _ status: VEXStatus = .notAffected, because: String? = "component_not_present",
        at seconds: Double = 0
    ) -> VEXStatement {
        VEXStatement(
            vulnerabilities: ["CVE-2024-1000"], products: [product], status: status, justification: because,
            author: "Example", date: Date(timeIntervalSince1970: seconds))
    }

    private func apply(_ statements: VEXStatement...) -> (visible: [Finding], hidden: [VEXFilter.Hidden]) {
        VEXFilter(statements, names: ["web-1"], system: bookworm).apply(Self.finding)
    }

    @Test("not affected, with a reason, hides a finding and keeps it with the statement")
    func hides() {
        let result = apply(statement(product("openssl")))
        #expect(result.visible.isEmpty)
        #expect(result.hidden.map(\.finding.id) == ["CVE-2024-1000"])
        #expect(
            result.hidden[0].statement.sentence == "VEX of Example, 1970-01-01: not_affected (component_not_present)")
    }

    @Test("without a reason it stays, and says so")
    func noReason() {
        let result = apply(statement(product("openssl"), because: nil))
        #expect(result.visible.map { $0.explanation.notes.last } == ["VEX of Example, 1970-01-01: not_affected"])
    }

    @Test("by source or binary package, with the same version or none; never of another distribution or name")
    func products() {
        #expect(apply(statement(product("libssl3", "3.0.11-1"))).visible.isEmpty)
        #expect(apply(statement(product("openssl", "3.0.12-1"))).hidden.isEmpty)
        #expect(apply(statement(product("openssl", family: "ubuntu"))).hidden.isEmpty)
        #expect(apply(statement(product("openssh"))).hidden.isEmpty)
        let cpe = VEXIdentity(id: "x", cpe: "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*")
        #expect(apply(statement(VEXProduct(component: cpe))).visible.isEmpty)
    }

    @Test("a component in a host or a system counts there alone")
    func containers() {
        #expect(apply(statement(product("openssl", in: VEXIdentity(id: "WEB-1")))).visible.isEmpty)
        #expect(apply(statement(product("openssl", in: VEXIdentity(id: "web-2")))).hidden.isEmpty)
        let twelve = VEXIdentity(id: "d", cpe: "cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*")
        let eleven = VEXIdentity(id: "d", cpe: "cpe:/o:debian:debian_linux:11")
        #expect(apply(statement(product("openssl", in: twelve))).visible.isEmpty)
        #expect(apply(statement(product("openssl", in: eleven))).hidden.isEmpty)
        #expect(apply(statement(VEXProduct(component: VEXIdentity(id: "web-1")))).visible.isEmpty)
    }

    @Test("an application that a CPE name stands for is meant with its vendor, not by its product alone")
    func vendors() {
        let subject = VEXSubject(
            packages: ["Bolt"], installed: "5.1", package: "a:boltcms:bolt", ecosystem: "cpe")
        let host = VEXHost(names: ["web-1"], system: bookworm)
        for (name, isMeant) in [
            ("cpe:2.3:a:boltcms:bolt:*:*:*:*:*:*:*:*", true), ("cpe:/a:boltcms:bolt:5.1", true),
            ("cpe:2.3:a:boltcms:bolt:5.2:*:*:*:*:*:*:*", false), ("cpe:2.3:a:logitech:bolt:*:*:*:*:*:*:*:*", false),
        ] {
            let product = VEXProduct(component: VEXIdentity(id: name, cpe: name))
            #expect(host.isMeant(by: product, subject) == isMeant, "\(name)")
        }
    }

    @Test("the newest statement counts")
    func newest() {
        let old = statement(product("openssl"), at: 1)
        let new = statement(product("openssl"), .affected, because: nil, at: 2)
        #expect(apply(new, old).hidden.isEmpty)
        #expect(apply(old, statement(product("openssl"), .fixed, because: nil, at: 3)).visible.isEmpty)
    }
}
