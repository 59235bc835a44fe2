import Domain
import Foundation
import Inventories
import Testing

@Suite("An inventory survives being written and read")
struct InventoryRoundTripTests {
    @Test("every field comes back", arguments: [false, true])
    func everyField(pretty: Bool) throws {
        let inventory = completeInventory()
        #expect(try InventoryReader.inventory(Data(inventory.json(pretty: pretty))) == inventory)
    }

    @Test("the published Codable form reads the same")
    func agreesWithCodable() throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            return try #require(RFC3339.date(text))
        }
        let bytes = Data(completeInventory().json())
        #expect(try decoder.decode(Inventory.self, from: bytes) == InventoryReader.inventory(bytes))
    }

    @Test("equal inventories give equal bytes, one line when compact")
    func isDeterministic() {
        let bytes = completeInventory().json()
        #expect(bytes == completeInventory().json())
        #expect(!bytes.contains(UInt8(ascii: "\n")))
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(
                #"{"schema":"garrison.inventory/1","collected_at":"2026-03-01T12:00:00.678Z","#))
    }

    @Test("Foundation's parser takes what is written")
    func isJSON() throws {
        for pretty in [false, true] {
            _ = try JSONSerialization.jsonObject(with: Data(completeInventory().json(pretty: pretty)))
        }
    }

    @Test("a host is its hostname and its system; all else has a default")
    func defaults() throws {
        let inventory = try InventoryReader.inventory(Data(#"{"hostname":"a","os":{"id":"debian"}}"#.utf8))
        #expect(inventory.deviceID == "hostname:a")
        #expect(inventory.os == OperatingSystem(id: "debian", name: "debian", version: ""))
        #expect(inventory.packages.isEmpty && inventory.settings.isEmpty && inventory.network == Network())
    }

    @Test("unknown keys and nulls are passed over, escapes are resolved")
    func tolerates() throws {
        let text = #"""
            {"new":{"a":[1,-2.5e+3,true,null,"x\u0041"]},"kernel":null,"fqdn":null,
             "hostname":"\u0061\ud83d\ude00","os":{"id":"debian","version":null,"x":[]}}
            """#
        let inventory = try InventoryReader.inventory(Data(text.utf8))
        #expect(inventory.hostname == "a😀")
        #expect(inventory.kernel == nil)
    }

    @Test("minor versions of the format are read", arguments: ["garrison.inventory/1", "garrison.inventory/1.7"])
    func minorVersions(schema: String) throws {
        let text = #"{"schema":"\#(schema)","hostname":"a","os":{"id":"debian"}}"#
        #expect(try InventoryReader.inventory(Data(text.utf8)).hostname == "a")
    }

    @Test("addresses are kept in the form that the database knows")
    func addresses() throws {
        let text =
            #"{"hostname":"a","os":{"id":"a"},"network":{"interfaces":[{"name":"e","mac":"02-42-AC-11-00-0F","#
            + #""addresses":["192.0.2.7","2001:DB8:0:0::7"]}]}}"#
        let interface = try InventoryReader.inventory(Data(text.utf8)).network.interfaces[0]
        #expect(interface.mac == "02:42:ac:11:00:0f" && interface.addresses == ["192.0.2.7", "2001:db8::7"])
    }
}
