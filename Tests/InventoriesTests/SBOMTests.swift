import Domain
import Foundation
import Inventories
import Testing

@Suite("SBOMs become inventories")
struct SBOMTests {
    private func bill(_ json: String) throws -> SoftwareBill { try SBOMReader.read(Data(json.utf8)) }

    @Test("Trivy's CycloneDX: system, epochs and source packages from its properties")
    func trivyCycloneDX() throws {
        let bill = try SBOMReader.read(fixture("centos-7.cdx.json"))
        #expect(bill.format == "CycloneDX 1.5")
        #expect(bill.inventory.os.ecosystem.description == "centos:7")
        #expect(
            bill.inventory.packages == [
                InstalledPackage(type: "rpm", name: "bash", version: "4.2.46-31.el7", architecture: "x86_64"),
                InstalledPackage(
                    type: "rpm", name: "openssl-libs", version: "1:1.0.2k-16.el7", architecture: "x86_64",
                    source: "openssl"),
            ])
    }

    @Test("Trivy's SPDX gives the same packages and system")
    func trivySPDX() throws {
        let bill = try SBOMReader.read(fixture("centos-7.spdx.json"))
        #expect(bill.format == "SPDX-2.2")
        #expect(bill.inventory.os.ecosystem.description == "centos:7")
        #expect(bill.inventory.packages.map(\.version) == ["4.2.46-31.el7", "1:1.0.2k-16.el7"])
        #expect(bill.unidentifiedCount == 0)
    }

    @Test("OSV-SCALIBR's CycloneDX: a distro qualifier that is a release alone")
    func scalibrCycloneDX() throws {
        let inventory = try SBOMReader.read(fixture("alpine-zlib.cdx.json")).inventory
        #expect(inventory.os.ecosystem.description == "alpine:3.22")
        #expect(inventory.packages.map(\.name) == ["zlib"])
    }

    @Test("OSV-SCALIBR's SPDX: a distro qualifier that is a codename")
    func scalibrSPDX() throws {
        let inventory = try SBOMReader.read(fixture("ubuntu-pcre.spdx.json")).inventory
        #expect(inventory.os.ecosystem.description == "ubuntu:20.04")
        #expect(inventory.packages.map(\.version) == ["2:8.39-12ubuntu0.1"])
    }

    @Test("Syft's CycloneDX: the distribution stands in properties, files are no packages")
    func syftCycloneDX() throws {
        let bill = try bill(
            """
            {"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:1","metadata":{"component":
             {"type":"container","name":"debian","version":"sha256:abc"}},"components":[
             {"type":"library","name":"libssl3","version":"3.0.11-1~deb12u2",
              "purl":"pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&upstream=openssl&distro=debian-12"},
             {"type":"file","name":"/usr/bin/openssl"},
             {"type":"operating-system","name":"debian","version":"12","properties":
              [{"name":"syft:distro:id","value":"debian"},{"name":"syft:distro:versionID","value":"12"}]}]}
            """)
        #expect(bill.inventory.os.ecosystem.description == "debian:12")
        #expect(bill.inventory.packages.map(\.source) == ["openssl"])
        #expect(bill.inventory.deviceID == "sbom:urn:uuid:1")
        #expect(bill.unidentifiedCount == 0)
    }

    @Test("a host described as an operating system is the system of its packages")
    func operatingSystemRoot() throws {
        let bill = try bill(
            """
            {"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"component":
             {"type":"operating-system","name":"ubuntu","version":"14.04"}},"components":[{"type":"library",
             "name":"bash","version":"4.3-7ubuntu1","purl":"pkg:deb/ubuntu/bash@4.3-7ubuntu1?arch=amd64&distro=ubuntu-14.04"}]}
            """)
        #expect(bill.inventory.os.ecosystem.description == "ubuntu:14.04")
        #expect(bill.inventory.packages.count == 1)
        #expect(bill.inventory.notes.isEmpty)
    }

    @Test("language packages of a real application")
    func npm() throws {
        let bill = try SBOMReader.read(fixture("cern-lhc-vdm-editor.cdx.json"))
        #expect(bill.inventory.packages.count == 44)
        #expect(bill.inventory.packages.allSatisfy { $0.type == "npm" })
        #expect(bill.inventory.hostname == "lhc-vdm-editor")
    }

    @Test("components that nothing can be looked up by are counted and named")
    func unidentified() throws {
        let bill = try SBOMReader.read(fixture("minikube.cdx.json"))
        #expect(bill.unidentifiedCount == 4)
        #expect(bill.unidentified.map(\.name).contains("node-core-components"))
        #expect(bill.inventory.notes.contains { $0.item == "packages" })
    }

    @Test("a broken package URL costs that component, not the document")
    func brokenURL() throws {
        let bill = try bill(
            """
            {"bomFormat":"CycloneDX","specVersion":"1.4","components":[
             {"type":"library","name":"a","purl":"pkg:deb/debian/a%zz@1"},{"type":"library","name":"b","purl":"pkg:npm/b"},
             {"type":"library","name":"c","purl":"pkg:npm/c@1","components":[{"type":"library","name":"d","purl":"pkg:npm/d@2"}]},
             {"type":"library","name":"c","purl":"pkg:npm/c@1"}]}
            """)
        #expect(bill.inventory.packages.map(\.name).sorted() == ["c", "d"])
        #expect(
            bill.unidentified.map(\.reason) == [
                "has a package URL that holds a wrong percent escape", "has a package URL without a version",
            ])
    }

    @Test("packages of several releases are told")
    func mixedReleases() throws {
        let bill = try bill(
            """
            {"bomFormat":"CycloneDX","specVersion":"1.4","components":[
             {"name":"a","purl":"pkg:deb/debian/a@1?distro=debian-11"},{"name":"b","purl":"pkg:deb/debian/b@1?distro=debian-12"},
             {"name":"c","purl":"pkg:deb/debian/c@1?distro=debian-12"}]}
            """)
        #expect(bill.inventory.os.ecosystem.description == "debian:12")
        #expect(bill.inventory.notes.map(\.reason) == ["The packages are of several releases: debian 11, debian 12."])
    }

    @Test("packages without any release are told")
    func noRelease() throws {
        let bill = try bill(
            #"{"bomFormat":"CycloneDX","specVersion":"1.4","components":[{"name":"a","purl":"pkg:deb/debian/a@1"}]}"#)
        #expect(bill.inventory.os.id == "debian")
        #expect(bill.inventory.notes.map(\.item) == ["os"])
    }

    @Test("documents without components are read, and say so", arguments: ["vex-case-1.cdx.json", "saasbom.cdx.json"])
    func noComponents(name: String) throws {
        let bill = try SBOMReader.read(fixture(name))
        #expect(bill.inventory.packages.isEmpty)
        #expect(bill.inventory.notes.map(\.reason) == ["The document lists no components."])
    }

    @Test(
        "formats that are not read say what to do",
        arguments: [
            (Data("<?xml version=\"1.0\"?><bom/>".utf8), "Convert it to JSON"),
            (Data(#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}"#.utf8), "SPDX 2.3"),
            (Data(#"{"bomFormat":"CycloneDX","specVersion":"9"}"#.utf8), "CycloneDX 1.4"),
            (Data(#"{"spdxVersion":"SPDX-1.0"}"#.utf8), "SPDX 2.3"), (Data("{}".utf8), "bomFormat"),
        ])
    func unsupported(data: Data, advice: String) throws {
        let error = #expect(throws: DocumentError.self) { try SBOMReader.read(data) }
        #expect(error?.message.contains(advice) == true)
    }

    @Test("real XML and tag-value documents are recognised", arguments: ["alpine.cdx.xml", "centos-7.spdx"])
    func realUnsupported(name: String) throws {
        let error = #expect(throws: DocumentError.self) { try SBOMReader.read(fixture(name)) }
        #expect(error?.code == "document.unsupported")
    }
}
