import Domain
import Foundation
import Inventories
import Testing

@Suite("systeminfo of real Windows hosts, in any language")
struct SystemInfoTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let product: String
        let build: String
        let updates: Int

        var testDescription: String { file }
    }

    private static let cases = [
        Case(
            file: "10_1803_x64_pro_it_systeminfo", product: "Windows 10 Version 1803 for x64-based Systems",
            build: "10.0.17134", updates: 10),
        Case(
            file: "10_1803_x86_enterprise_nl_systeminfo", product: "Windows 10 Version 1803 for 32-bit Systems",
            build: "10.0.17134", updates: 4),
        Case(
            file: "10_1809_x64_education_es_systeminfo", product: "Windows 10 Version 1809 for x64-based Systems",
            build: "10.0.17763", updates: 9),
        Case(
            file: "10_1809_x64_enterprise_zh-cn_systeminfo", product: "Windows 10 Version 1809 for x64-based Systems",
            build: "10.0.17763", updates: 1),
        Case(
            file: "11_24H2_x64_enterprise_systeminfo", product: "Windows 11 Version 24H2 for x64-based Systems",
            build: "10.0.26100", updates: 3),
        Case(
            file: "7_sp1_x64_enterprise_fr_systeminfo_cmd",
            product: "Windows 7 for x64-based Systems Service Pack 1", build: "6.1.7601", updates: 73),
        Case(
            file: "7_sp1_x64_enterprise_fr_systeminfo_powershell",
            product: "Windows 7 for x64-based Systems Service Pack 1", build: "6.1.7601", updates: 93),
        Case(
            file: "7_sp1_x64_ultimaten_de_systeminfo", product: "Windows 7 for x64-based Systems Service Pack 1",
            build: "6.1.7601", updates: 242),
        Case(
            file: "srv_2003r2_sp2_rtm_x64_standard_en-us_systeminfo",
            product: "Microsoft Windows Server 2003 x64 Edition Service Pack 2", build: "5.2.3790", updates: 0),
        Case(
            file: "srv_2008r2_sp1_x64_standard_en-us_systeminfo",
            product: "Windows Server 2008 R2 for x64-based Systems Service Pack 1", build: "6.1.7601", updates: 2),
        Case(
            file: "srv_2012r2_x64_standard_ru_systeminfo", product: "Windows Server 2012 R2", build: "6.3.9600",
            updates: 7),
        Case(
            file: "srv_2019_rtm_datacenter_en-us_systeminfo", product: "Windows Server 2019", build: "10.0.17763",
            updates: 5),
        Case(file: "srv_2022_systeminfo", product: "Windows Server 2022", build: "10.0.20348", updates: 3),
        Case(
            file: "vista_x64_sp2_systeminfo", product: "Windows Vista x64 Edition Service Pack 2",
            build: "6.0.6002", updates: 172),
        Case(
            file: "xp_sp3_x86_professional_en-us_systeminfo", product: "Microsoft Windows XP Service Pack 3",
            build: "5.1.2600", updates: 92),
    ]

    @Test("product, build and installed updates are found", arguments: cases)
    func isRead(_ test: Case) throws {
        let bytes = Array(try fixture("Windows/\(test.file).txt"))
        #expect(InventoryFormat.detect(bytes) == .systemInfo)
        let inventory = try #require(try InventoryDocuments.read(bytes).first)
        let product = inventory.titles.first { $0.type == InstalledPackage.windowsType }
        #expect(product?.name == test.product)
        #expect(product?.version == test.build)
        #expect(inventory.updates.count == test.updates)
        #expect(inventory.hostname != "systeminfo")
    }

    @Test("Server Core is a product of its own, where the caller knows it")
    func serverCore() throws {
        let bytes = Array(try fixture("Windows/srv_2019_rtm_datacenter_en-us_systeminfo.txt"))
        let inventory = try InventoryDocuments.read(bytes, hints: HostHints(installationType: "Server Core"))[0]
        #expect(inventory.titles[0].name == "Windows Server 2019 (Server Core installation)")
    }

    @Test(
        "wmic's table of hotfixes counts its column alone",
        arguments: [
            ("10_1809_x64_pro_en-us_20190307_qfe", 5), ("srv_2012r2_x64_standard_ru_qfe", 7), ("xp_sp2_x86_qfe", 0),
        ])
    func hotfixes(_ file: String, _ count: Int) throws {
        let bytes = Array(try fixture("Windows/\(file).txt"))
        #expect(InventoryFormat.detect(bytes) == .hotfixes)
        #expect(try InventoryDocuments.read(bytes)[0].updates.count == count)
    }

    @Test("a list of updates that are still missing is no inventory")
    func missingUpdates() throws {
        let bytes = Array(try fixture("Windows/10_1809_x64_education_en-us_20190306_updates.txt"))
        #expect(InventoryFormat.detect(bytes) == nil)
        #expect(throws: DocumentError.self) { try InventoryDocuments.read(bytes) }
    }

    @Test(
        "knowledge-base numbers have one spelling",
        arguments: [
            ("KB5034127", "KB5034127"), ("kb 5034127", "KB5034127"), ("5034127", "KB5034127"),
            ("KB0934562", "KB934562"),
        ])
    func canonical(_ text: String, _ id: String) {
        #expect(InstalledUpdate.knowledgeBaseID(text) == id)
    }

    @Test("what is no knowledge-base number has none", arguments: ["Q147222", "File 1", "KB", "KB12", "KBabc", ""])
    func noNumber(_ text: String) { #expect(InstalledUpdate.knowledgeBaseID(text) == nil) }
}
