import Domain
import Foundation
import Inventories
import Testing

@Suite("osquery's results in all their forms")
struct OsqueryTests {
    private func read(_ text: String, hints: HostHints = HostHints()) throws -> [Inventory] {
        #expect(InventoryFormat.detect(Array(text.utf8)) == .osquery)
        return try InventoryDocuments.read(Array(text.utf8), hints: hints)
    }

    private static let deb = #"""
        {"name":"libssl3","version":"3.0.11-1~deb12u2","source":"openssl","size":"6023","arch":"amd64","revision":"1~deb12u2","status":"install ok installed","maintainer":"Debian OpenSSL Team <pkg@x>","section":"libs","priority":"optional"}
        """#

    @Test("the shell's rows are told apart by their columns")
    func shell() throws {
        let inventory = try read("[\(Self.deb)]", hints: HostHints(system: Distribution.operatingSystem("debian:12")))[
            0]
        let package = try #require(inventory.packages.first)
        #expect(package.type == "deb")
        #expect(package.source == "openssl")
        #expect(package.vendor == "Debian OpenSSL Team")
        #expect(inventory.os.ecosystem.description == "debian:12")
    }

    @Test("a package that is removed with its settings left is not installed")
    func removedPackage() throws {
        let gone = Self.deb.replacing("install ok installed", with: "deinstall ok config-files")
        #expect(try read("[\(gone)]")[0].packages.isEmpty)
    }

    @Test("a log's snapshots make one inventory a host, the newest snapshot of a table counting")
    func snapshots() throws {
        let text = #"""
            {"name":"pack_inv_os_version","hostIdentifier":"4C4C4544-0042-3510-8051-B7C04F4B3432","unixTime":1700000000,"action":"snapshot","decorations":{"hostname":"mac-1"},"snapshot":[{"name":"macOS","version":"13.4.1","major":"13","minor":"4","patch":"1","build":"22F770820d","platform":"darwin","platform_like":"darwin","extra":"(c)","arch":"arm64"}]}
            {"name":"pack_inv_apps","hostIdentifier":"4C4C4544-0042-3510-8051-B7C04F4B3432","unixTime":1700000001,"action":"snapshot","snapshot":[{"name":"Old.app","bundle_identifier":"x.old","bundle_short_version":"1"}]}
            {"name":"pack_inv_apps","hostIdentifier":"4C4C4544-0042-3510-8051-B7C04F4B3432","unixTime":1700000002,"action":"snapshot","snapshot":[{"name":"Firefox.app","path":"/Applications/Firefox.app","bundle_identifier":"org.mozilla.firefox","bundle_short_version":"121.0","bundle_version":"12123.12.11"}]}
            {"name":"pack_inv_signature","hostIdentifier":"4C4C4544-0042-3510-8051-B7C04F4B3432","action":"snapshot","snapshot":[{"path":"/Applications/Firefox.app","authority":"Developer ID Application: Mozilla Corporation (43AQ936H96)","team_identifier":"43AQ936H96"}]}
            {"name":"os_version","hostIdentifier":"web-2","action":"snapshot","snapshot":[{"name":"Ubuntu","version":"22.04.3 LTS (Jammy Jellyfish)","major":"22","minor":"4","platform":"ubuntu","platform_like":"debian","codename":"jammy","build":""}]}
            """#
        let inventories = try read(text)
        #expect(inventories.map(\.hostname) == ["mac-1", "web-2"])
        let mac = inventories[0]
        #expect(mac.deviceID == "dmi:4c4c4544-0042-3510-8051-b7c04f4b3432")
        #expect(mac.os.version == "13.4.1 (c)")
        #expect(mac.packages.map(\.name) == ["Firefox"])
        #expect(mac.packages[0].bundleIdentifier == "org.mozilla.firefox")
        #expect(mac.packages[0].signer == "Developer ID Application: Mozilla Corporation (43AQ936H96)")
        #expect(mac.collectedAt == Date(timeIntervalSince1970: 1_700_000_002))
        #expect(inventories[1].os.ecosystem.description == "ubuntu:22.04")
    }

    @Test("added and removed rows are applied in order, and that nothing else is known is said")
    func differences() throws {
        let text = #"""
            {"name":"rpm_packages","hostIdentifier":"db-1","action":"added","columns":{"name":"bash","version":"5.1.8","release":"6.el9","arch":"x86_64","epoch":"0","source":"bash-5.1.8-6.el9.src.rpm"}}
            {"name":"rpm_packages","hostIdentifier":"db-1","action":"added","columns":{"name":"openssl-libs","version":"3.0.7","release":"24.el9","arch":"x86_64","epoch":"1","source":"openssl-3.0.7-24.el9.src.rpm"}}
            {"name":"rpm_packages","hostIdentifier":"db-1","action":"removed","columns":{"name":"bash","version":"5.1.8","release":"6.el9","arch":"x86_64","epoch":"0","source":"bash-5.1.8-6.el9.src.rpm"}}
            """#
        let inventory = try read(text)[0]
        #expect(inventory.packages.map(\.version) == ["1:3.0.7-24.el9"])
        #expect(inventory.packages[0].source == "openssl")
        #expect(inventory.notes.contains { $0.reason.contains("only changes") })
    }

    @Test("batches of changes, and objects of rows by table")
    func otherForms() throws {
        let batch =
            #"{"diffResults":{"added":[{"name":"lodash","version":"4.17.20"}],"removed":""},"name":"x/npm_packages","hostIdentifier":"a"}"#
        #expect(try read(batch)[0].packages.map(\.type) == ["npm"])
        let tables =
            #"{"python_packages":[{"name":"Django","version":"4.2.1"}],"homebrew_packages":[{"name":"wget","version":"1.24.5"}]}"#
        #expect(Set(try read(tables)[0].packages.map(\.type)) == ["pypi", "homebrew"])
    }

    @Test("a Windows host has its build with the revision, its programs and its updates")
    func windows() throws {
        let text = #"""
            {"os_version":[{"name":"Microsoft Windows Server 2019 Datacenter","version":"10.0.17763","major":"10","minor":"0","build":"17763","revision":"5329","platform":"windows","arch":"x86_64"}],
             "system_info":[{"hostname":"dc-1","uuid":"11111111-2222-3333-4444-555555555555","cpu_type":"x86_64"}],
             "patches":[{"hotfix_id":"KB5034127"},{"hotfix_id":"KB5034127"}],
             "programs":[{"name":"7-Zip 23.01 (x64)","version":"23.01","publisher":"Igor Pavlov","identifying_number":"","install_date":"20240131"}]}
            """#
        let inventory = try read(text)[0]
        #expect(inventory.hostname == "dc-1")
        #expect(inventory.os.build == "10.0.17763.5329")
        #expect(inventory.updates.map(\.id) == ["KB5034127"])
        #expect(inventory.packages[0].vendor == "Igor Pavlov")
        #expect(inventory.titles.map(\.name) == ["7-Zip 23.01 (x64)", "Windows Server 2019", "KB5034127"])
    }

    @Test("rows of other tables are no inventory")
    func otherTables() {
        let text = #"{"name":"uptime","hostIdentifier":"a","action":"snapshot","snapshot":[{"days":"3"}]}"#
        #expect(throws: DocumentError.self) { try read(text) }
    }
}
