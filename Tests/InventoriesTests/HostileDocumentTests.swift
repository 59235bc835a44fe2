import Domain
import Foundation
import Inventories
import Testing
import TestRandomness

@Suite("Damaged documents are refused or read in part, and never end the process")
struct HostileDocumentTests {
    private static let bills = [
        "alpine-zlib.cdx.json", "centos-7.cdx.json", "centos-7.spdx.json", "ubuntu-pcre.spdx.json", "minikube.cdx.json",
    ]

    @Test("an inventory cut anywhere is refused")
    func truncatedInventory() {
        let whole = Data(completeInventory().json(pretty: true))
        for count in 0..<whole.count {
            #expect(throws: DocumentError.self) { try InventoryReader.inventory(whole.prefix(count)) }
        }
    }

    @Test("an SBOM cut anywhere is refused", arguments: bills)
    func truncatedBill(name: String) throws {
        let whole = try fixture(name)
        let end = whole.lastIndex(of: UInt8(ascii: "}")) ?? whole.count
        for count in stride(from: 0, through: end, by: whole.count > 8_000 ? 7 : 1) {
            #expect(throws: DocumentError.self) { try SBOMReader.read(whole.prefix(count)) }
        }
    }

    @Test("a mutated inventory is read or refused, and reads the same again when written")
    func mutatedInventory() throws {
        var generator = SeededRandom(seed: 1)
        let whole = Data(completeInventory().json())
        for _ in 0..<20_000 {
            guard let inventory = try? InventoryReader.inventory(mutated(whole, using: &generator)) else { continue }
            let again = try InventoryReader.inventory(Data(inventory.json()))
            #expect(again.packages.map(\.name) == inventory.packages.map(\.name))
            #expect(again.settings == inventory.settings)
        }
    }

    @Test("a mutated SBOM is read or refused", arguments: bills)
    func mutatedBill(name: String) throws {
        var generator = SeededRandom(seed: 2)
        let whole = try fixture(name)
        for _ in 0..<1_500 { _ = try? SBOMReader.read(mutated(whole, using: &generator)) }
    }

    @Test("a mutated status file is read")
    func mutatedStatus() {
        var generator = SeededRandom(seed: 3)
        let whole = Data(
            "Package: a\nStatus: install ok installed\nSource: b (1)\nVersion: 1:2-3\n\nPackage: c\nVersion: 2\n".utf8)
        for _ in 0..<20_000 {
            mutated(whole, using: &generator).withUnsafeBytes { bytes in
                let status = DpkgStatus(bytes)
                #expect(status.packages.allSatisfy { !$0.name.isEmpty && !$0.version.isEmpty })
            }
        }
    }

    @Test("a mutated stream ends")
    func mutatedStream() throws {
        var generator = SeededRandom(seed: 4)
        let one = Data(completeInventory().json()) + [0x0A]
        for _ in 0..<500 { try? InventoryReader.read(mutated(one + one + one, using: &generator)) { _ in } }
    }
}
