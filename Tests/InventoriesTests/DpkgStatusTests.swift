import Domain
import Foundation
import Inventories
import Testing

@Suite("A dpkg status file is a list of packages")
struct DpkgStatusTests {
    private let status = """
        Package: libssl3
        Status: install ok installed
        Maintainer: Debian OpenSSL Team <pkg-openssl@example.org>
        Architecture: amd64
        Source: openssl (3.0.11-1~deb12u1)
        Version: 3.0.11-1~deb12u2
        Description: Secure Sockets Layer toolkit
         Version: 9 is no field, but text
         .

        Package: held
        Status: hold ok installed
        Version: 1:2
        Source: held-source

        Package: gone
        Status: deinstall ok config-files
        Version: 1

        Package: broken
        Status: install ok half-configured
        Version: 3

        Package: never
        Status: purge ok not-installed

        Package: nameless-version
        Status: install ok installed
        """

    private func packages(_ text: String) -> DpkgStatus {
        Data(text.utf8).withUnsafeBytes { DpkgStatus($0) }
    }

    @Test("installed, held and half-configured packages count; removed ones do not")
    func states() {
        let found = packages(status)
        #expect(found.packages.map(\.name) == ["libssl3", "held", "broken"])
        #expect(found.unusable == 1)
    }

    @Test("the source's name and its version in parentheses")
    func sources() {
        let found = packages(status).packages
        #expect(
            found[0]
                == InstalledPackage(
                    type: "deb", name: "libssl3", version: "3.0.11-1~deb12u2", architecture: "amd64", source: "openssl",
                    sourceVersion: "3.0.11-1~deb12u1", vendor: "Debian OpenSSL Team"))
        #expect(found[1].source == "held-source" && found[1].sourceVersion == nil)
    }

    @Test("line ends of another system and a missing last line end are no matter")
    func lineEnds() {
        let text = status.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        #expect(packages(text).packages == packages(status).packages)
    }

    @Test("a file and a distribution make a host")
    func reader() throws {
        let inventory = try DpkgStatusReader.inventory(Data(status.utf8), distribution: "debian:12")
        #expect(inventory.os.ecosystem.description == "debian:12")
        #expect(inventory.packages.count == 3)
        #expect(inventory.notes.map(\.reason) == ["Entries without a usable name and version: 1."])
    }

    @Test("what is no status file, or no distribution, is refused")
    func refuses() {
        #expect(throws: DocumentError.empty) { try DpkgStatusReader.inventory(Data(), distribution: "debian:12") }
        #expect(throws: DocumentError.self) {
            try DpkgStatusReader.inventory(Data("hello".utf8), distribution: "debian:12")
        }
        #expect(throws: DocumentError.self) {
            try DpkgStatusReader.inventory(Data(status.utf8), distribution: "debian")
        }
    }
}
