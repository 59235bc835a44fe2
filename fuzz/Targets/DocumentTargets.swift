import Domain
import FoundationEssentials
import Inventories
import Scanner

/// Inventories, bills of materials and package databases as documents.
enum DocumentTargets {
    static let all: [FuzzTarget] = [inventory, stream, cyclonedx, spdx, status, formats, vex]

    private static let inventory = FuzzTarget("inventory", .text) { input in
        guard let inventory = try? InventoryReader.inventory(Data(input)) else { return }
        scan(inventory)
    }

    /// The same bytes in pieces of any size: nothing depends on where a read ends.
    private static let stream = FuzzTarget("inventory-stream", .text) { input in
        let size = max(1, Int(input.first ?? 7) % 97)
        var offset = 0
        var stream = InventoryStream { _ throws(DocumentError) in
            let piece = Array(input[offset..<min(offset + size, input.count)])
            offset += piece.count
            return piece
        }
        var count = 0
        while let inventory = try? stream.next(), count < 1000 {
            scan(inventory)
            count += 1
        }
    }

    private static let cyclonedx = FuzzTarget("cyclonedx", .text, run: bill)
    private static let spdx = FuzzTarget("spdx", .text, run: bill)

    private static func bill(_ input: [UInt8]) {
        guard let bill = try? SBOMReader.read(Data(input)) else { return }
        scan(bill.inventory)
    }

    private static let status = FuzzTarget("dpkg-status", .text) { input in
        guard let inventory = try? DpkgStatusReader.inventory(Data(input), distribution: "debian:12") else { return }
        scan(inventory)
    }

    /// Every other form in which hosts are described, told by content and by name.
    private static let formats = FuzzTarget(
        "host-formats",
        lines: [
            "bash-5.1.8-6.el9_1.x86_64\nopenssl-libs 1 3.0.7 24.el9 x86_64 openssl-3.0.7-24.el9.src.rpm nodejs:18:1\n",
            "P:musl\nV:1.2.4-r2\no:musl\n\n", "libcrypto3-3.1.4-r5 x86_64 {openssl} (A) [installed]\n",
            #"{"name":"apps","hostIdentifier":"a","snapshot":[{"name":"F.app","bundle_identifier":"x"}]}"#,
            #"{"diffResults":{"added":[{"name":"l","version":"4"}],"removed":""},"name":"npm_packages"}"#,
            #"{"value":[{"softwareVendor":"microsoft","softwareName":"windows_10","softwareVersion":"10.0.19045.4170"}]}"#,
            "Host Name: X\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.17763 N/A Build 17763\n[01]: KB4464455\n",
            "Caption  CSName  HotFixID  InstalledOn\nhttp://x  H  KB4464455  1\n",
            "ProductName: macOS\nProductVersion: 13.4.1\nProductVersionExtra: (c)\n",
        ]
    ) { input in
        let hints = HostHints(system: Distribution.operatingSystem("debian:12"))
        for format in InventoryFormat.allCases.map(Optional.some) + [nil] {
            for host in (try? InventoryDocuments.read(input, format: format, hints: hints)) ?? [] { scan(host) }
        }
    }

    private static let vex = FuzzTarget(
        "vex",
        lines: [
            #"{"author":"A","statements":[{"vulnerability":{"name":"CVE-2024-1"},"products":[{"@id":"pkg:deb/debian/bash@1"}],"status":"fixed"}]}"#,
            #"{"document":{"csaf_version":"2.0"},"product_tree":{"full_product_names":[{"name":"a","product_id":"1"}]},"vulnerabilities":[{"cve":"CVE-2024-1","product_status":{"fixed":["1"]}}]}"#,
        ]
    ) { input in
        _ = try? VEXReader.statements(input)
    }

    /// What was read goes on to the matcher: its names and versions are the attacker's too.
    private static func scan(_ inventory: Inventory) {
        _ = HostScanner(index: IndexTargets.index).scan(ScanTarget(inventory))
    }
}
