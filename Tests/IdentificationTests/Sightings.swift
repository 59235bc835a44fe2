import Domain
import Foundation
import Identification
import TestRandomness

/// Noon of a day of the year 2026, counted from its first.
func noon(_ day: Int) -> Date { Date(timeIntervalSince1970: 1_767_268_800 + Double(day) * 86_400) }

/// A device as the sources of these tests report it.
func device(
    _ source: String, _ id: String, host: String? = nil, domain: String? = nil, serial: String? = nil,
    uuid: String? = nil, entra: String? = nil, machine: String? = nil, macs: [String] = [], ip: String? = nil,
    os: String? = nil, first: Int? = nil, last: Int = 10
) -> DeviceSighting {
    DeviceSighting(
        source: source, deviceID: id, hostname: host, domain: domain, serial: serial, hardwareUUID: uuid,
        directoryID: entra, machineID: machine, macAddresses: macs, address: ip, osType: os,
        firstSeen: first.map(noon), lastSeen: noon(last))
}

/// Values that pass for those of real hardware, numbered.
enum Hardware {
    static func uuid(_ number: Int) -> String {
        String(format: "4C4C4544-%04X-3510-8052-B4C04F%06X", number % 0xFFFF, number)
    }

    static func serial(_ number: Int) -> String { String(format: "PF%06dX", number) }
    static func mac(_ number: Int) -> String {
        String(format: "3C:52:82:%02X:%02X:%02X", number >> 16 & 255, number >> 8 & 255, number & 255)
    }

    static func entra(_ number: Int) -> String {
        String(format: "8f3a1c%02x-77aa-4b1e-9d0c-%012x", number & 255, number)
    }
}

extension EndpointID {
    /// Ids sort by the time of their making: here the n-th is of the n-th millisecond.
    static func number(_ number: Int) -> EndpointID {
        EndpointID.make(at: Date(timeIntervalSince1970: 1_767_225_600 + Double(number) / 1000))
    }
}

extension IdentityGraph {
    /// Resolves one sighting after the other and gives what became of each.
    mutating func see(_ sightings: DeviceSighting...) -> [Resolution] {
        sightings.enumerated().map { number, sighting in resolve(sighting) { .number(number) } }
    }
}
