import Domain
import Foundation
import Inventories
import Testing

@Suite("Software lists of EDRs")
struct SoftwareListTests {
    private func read(_ bytes: [UInt8]) throws -> [Inventory] {
        #expect(InventoryFormat.detect(bytes) == .softwareList)
        return try InventoryDocuments.read(bytes)
    }

    @Test("Falcon Discover: a device's applications; the maker of a signature is its signer")
    func falcon() throws {
        let inventory = try read(Array(try fixture("falcon-applications.json")))[0]
        #expect(inventory.hostname == "mac-1.local")
        #expect(inventory.deviceID == "edr:f353c7636e944ec3877933f4c14bb942")
        #expect(inventory.os.type == "macos")
        let center = try #require(inventory.packages.first { $0.name == "Game Center" })
        #expect(center.version == "1.0")
        #expect(center.vendor == "Apple")
        #expect(center.signer == "Apple")
        #expect(center.type == "macos-app")
        // Falcon also lists programs that it saw run and knows no name of.
        #expect(inventory.notes.map(\.item) == ["packages"])
    }

    @Test("SentinelOne: publisher and version")
    func sentinelOne() throws {
        let packages = try read(Array(try fixture("sentinelone-applications.json")))[0].packages
        #expect(packages.map(\.vendor) == ["Microsoft Corporation", "Example Publisher"])
        #expect(packages.map(\.version) == ["1.0.4.5", "1.0.5.6"])
    }

    @Test("Defender: a host for each device, its Windows from the software it lists")
    func defender() throws {
        let text = #"""
            {"@odata.context":"https://api.securitycenter.microsoft.com/api/$metadata#Collection(…)","value":[
             {"deviceId":"aa","deviceName":"dc-1","osPlatform":"WindowsServer2019","softwareVendor":"microsoft","softwareName":"windows_server_2019","softwareVersion":"10.0.17763.5329","numberOfWeaknesses":3},
             {"deviceId":"aa","deviceName":"dc-1","osPlatform":"WindowsServer2019","softwareVendor":"7-zip","softwareName":"7-zip","softwareVersion":"23.1.0.0","endOfSupportStatus":null},
             {"deviceId":"bb","deviceName":"mac-2","osPlatform":"macOS","softwareVendor":"apple","softwareName":"mac_os","softwareVersion":"14.7.2.0"}]}
            """#
        let hosts = try read(Array(text.utf8))
        #expect(hosts.map(\.hostname) == ["dc-1", "mac-2"])
        #expect(hosts[0].titles.map(\.name) == ["windows_server_2019", "7-zip", "Windows Server 2019"])
        #expect(hosts[0].os.build == "10.0.17763.5329")
        #expect(hosts[1].os.version == "14.7.2")
    }

    @Test("a list that people make, and one object a line")
    func plain() throws {
        let list = #"[{"vendor":"Igor Pavlov","name":"7-Zip","version":"23.01"},{"vendor":"X","name":"Y"}]"#
        let inventory = try read(Array(list.utf8))[0]
        #expect(inventory.packages.map(\.name) == ["7-Zip"])
        #expect(inventory.notes.count == 1)
        let lines = #"""
            {"publisher":"A","name":"B","version":"1"}
            {"publisher":"C","name":"D","version":"2"}
            """#
        #expect(try InventoryDocuments.read(Array(lines.utf8), format: .softwareList)[0].packages.count == 2)
    }

    @Test("Intune: a managed device with its detected apps")
    func intune() throws {
        let text =
            #"{"id":"683d","deviceName":"pc-7","operatingSystem":"Windows","osVersion":"10.0.19045.4170","detectedApps":[{"id":"1","displayName":"Zoom","version":"5.17.5","publisher":"Zoom"}]}"#
        let inventory = try read(Array(text.utf8))[0]
        #expect(inventory.hostname == "pc-7")
        #expect(inventory.packages.map(\.type) == ["windows-program"])
    }
}
