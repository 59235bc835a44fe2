import Connectors
import Domain
import FoundationEssentials
import Inventories

/// Lists of hosts, and what directories say of machines.
enum DiscoveryTargets {
    static let all: [FuzzTarget] = [lists, entries, devices]

    /// Every format of list, whichever the input was made from.
    private static let lists = FuzzTarget(
        "discovery",
        lines: [
            #"<nmaprun><host><status state="up"/><address addr="10.0.0.7" addrtype="ipv4"/><hostnames><hostname name="a.b"/></hostnames></host></nmaprun>"#,
            "lease 10.0.0.7 {\n  starts 4 2026/01/01 12:00:00;\n  ends never;\n  binding state active;\n  hardware ethernet 00:1b:21:aa:bb:01;\n  client-hostname \"a\";\n}\n",
            "1767268800 00:1b:21:aa:bb:01 10.0.0.7 a *\n",
            "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n10.0.0.7,00:1b:21:aa:bb:01,,1,2767268800,1,0,0,a,0\n",
            "dn: CN=A,DC=b\nobjectClass: computer\ndNSHostName: a.b\nobjectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==\nlastLogonTimestamp: 134116884000000000\n",
            "10.0.0.7 dev eth0 lladdr 00:1b:21:aa:bb:01 REACHABLE\n? (10.0.0.8) at 00:1b:21:aa:bb:02 [ether] on eth0\n",
        ]
    ) { input in
        for format in DiscoveryFormat.allCases {
            guard let hosts = try? format.read(input, now: Date(timeIntervalSince1970: 1_767_268_800)) else { continue }
            expect(Set(hosts.map(\.id)).count == hosts.count, "each host is there once")
            for host in hosts { expect(!host.report(tag: "t").hostname.isEmpty, "a host has some name") }
        }
    }

    /// An entry of a directory: attributes with their bytes, one a line.
    private static let entries = FuzzTarget(
        "ldap-entry",
        lines: [
            "dNSHostName=pc1.corp.example.test\nuserAccountControl=4096\nlastLogonTimestamp=134116884000000000\nwhenChanged=20260101120000.0Z",
            "cn=PC2\nsAMAccountName=PC2$\nobjectGUID=0123456789abcdef\noperatingSystem=Windows 11\noperatingSystemVersion=10.0 (22631)",
            "cn=x\nentryUUID=6f2d7b6e-3c1f-4c0e-9a51-0d6b6a3f9e10\nmodifyTimestamp=20260101120000Z\nmacAddress=00:1b:21:aa:bb:01\nipHostNumber=10.0.0.7",
        ]
    ) { input in
        var attributes: [String: [[UInt8]]] = [:]
        for line in input.split(separator: 0x0A) {
            guard let sign = line.firstIndex(of: 0x3D) else { continue }
            let name = String(decoding: line[..<sign], as: UTF8.self).lowercased()
            attributes[name, default: []].append(Array(line[(sign + 1)...]))
        }
        let entry = LDAPEntry(dn: "CN=X,DC=corp,DC=test", attributes: attributes)
        let reading = LDAPReading([entry], inactiveSince: Date(timeIntervalSince1970: 1_767_268_800))
        let count = reading.reports.count + reading.quarantined.count + reading.removed.count
        expect(count == 1, "an entry is a machine, gone, or kept aside")
        expect(reading.reports.allSatisfy { !$0.sourceID.isEmpty && !$0.hostname.isEmpty }, "a machine has a name")
    }

    /// A device as Microsoft Graph writes it.
    private static let devices = FuzzTarget(
        "entra-device",
        lines: [
            #"{"id":"e1","deviceId":"6F2D7B6E-3C1F-4C0E-9A51-0D6B6A3F9E10","displayName":"PC1","accountEnabled":true,"operatingSystem":"Windows","operatingSystemVersion":"10.0.22631.1","isManaged":true,"isCompliant":false,"approximateLastSignInDateTime":"2026-01-01T12:00:00Z"}"#,
            #"{"id":"e2","displayName":null,"accountEnabled":null,"operatingSystem":"MacMDM","isManaged":null}"#,
        ]
    ) { input in
        guard let record = try? VendorRecord(input, 0..<input.count), let report = try? EntraDevices.device(record)
        else { return }
        expect(!report.sourceID.isEmpty, "a device has an id")
    }
}
