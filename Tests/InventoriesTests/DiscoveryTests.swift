import Domain
import FoundationEssentials
import Inventories
import Testing

@Suite("Lists in which hosts are found")
struct DiscoveryTests {
    private let now = Date(timeIntervalSince1970: 1_767_268_800)

    private func read(_ format: DiscoveryFormat, _ text: String) throws -> [FoundHost] {
        try format.read(Array(text.utf8), now: now)
    }

    @Test("nmap: hosts that were up, with their names, makers and systems that are sure")
    func nmap() throws {
        let hosts = try read(
            .nmap,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE nmaprun>
            <!-- Nmap 7.93 scan initiated as: nmap -sn -oX - 10.0.0.0/24 -->
            <nmaprun scanner="nmap" args="nmap -sn" start="1767268000" version="7.93" xmloutputversion="1.05">
            <host starttime="1767268000" endtime="1767268010"><status state="up" reason="arp-response" reason_ttl="0"/>
            <address addr="10.0.0.7" addrtype="ipv4"/>
            <address addr="00:1B:21:AA:BB:01" addrtype="mac" vendor="Intel &amp; Co"/>
            <hostnames><hostname name="10.0.0.7" type="user"/><hostname name="Printer.example.test" type="PTR"/></hostnames>
            <os><osmatch name="Linux 5.4" accuracy="96" line="1">
            <osclass type="general purpose" vendor="Linux" osfamily="Linux" osgen="5.X" accuracy="96"/></osmatch></os>
            </host>
            <host><status state="down" reason="no-response"/><address addr="10.0.0.8" addrtype="ipv4"/></host>
            <host><status state="up"/><address addr="10.0.0.9" addrtype="ipv4"/></host>
            <runstats><finished time="1767268011"/></runstats>
            </nmaprun>
            """)
        #expect(hosts.map(\.id) == ["mac:00:1b:21:aa:bb:01", "address:10.0.0.9"])
        #expect(hosts[0].hostname == "Printer" && hosts[0].domain == "example.test" && hosts[0].vendor == "Intel & Co")
        #expect(hosts[0].os?.type == "linux" && hosts[0].os?.version == "")
        let report = hosts[1].report(tag: "nmap")
        #expect(report.hostname == "10.0.0.9" && report.os.id == "unknown" && report.tags == ["nmap"])
        #expect(throws: DocumentError.self) { try read(.nmap, "<html></html>") }
        #expect(throws: DocumentError.self) { try read(.nmap, "<nmaprun><host") }
        #expect(throws: DocumentError.self) { try read(.nmap, "") }
    }

    @Test("dhcpd: active leases, the last word on each address")
    func dhcpd() throws {
        let hosts = try read(
            .dhcpd,
            """
            # The format of this file is documented in the dhcpd.leases(5) manual page.
            lease 10.0.0.10 {
              starts 4 2026/01/01 11:00:00;
              ends 4 2026/01/01 23:00:00;
              binding state active;
              hardware ethernet 00:1b:21:aa:bb:02;
              client-hostname "old-name";
            }
            lease 10.0.0.10 {
              ends never;
              binding state active;
              hardware ethernet 00:1b:21:aa:bb:02;
              client-hostname "laptop";
            }
            lease 10.0.0.11 {
              ends 4 2026/01/01 10:00:00;
              binding state active;
              hardware ethernet 00:1b:21:aa:bb:03;
            }
            lease 10.0.0.12 {
              binding state free;
              hardware ethernet 00:1b:21:aa:bb:04;
            }
            """)
        #expect(hosts.count == 1 && hosts[0].hostname == "laptop" && hosts[0].mac == "00:1b:21:aa:bb:02")
    }

    @Test("dnsmasq: leases that are not over; a star is no name")
    func dnsmasq() throws {
        let hosts = try read(
            .dnsmasq,
            """
            1767272400 00:1b:21:aa:bb:05 10.0.0.20 camera 01:00:1b:21:aa:bb:05
            0 00:1b:21:aa:bb:06 10.0.0.21 * *
            1767200000 00:1b:21:aa:bb:07 10.0.0.22 gone *
            duid 00:01:00:01:2c:aa
            1767272400 12345 fd00::1 v6 00:01
            """)
        #expect(hosts.map(\.addresses) == [["10.0.0.20"], ["10.0.0.21"]])
        #expect(hosts[0].hostname == "camera" && hosts[1].hostname == nil)
    }

    @Test("Kea: leases that are assigned and not over, by the names of the columns")
    func kea() throws {
        let hosts = try read(
            .kea,
            """
            address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
            10.0.0.30,00:1b:21:aa:bb:08,01:00,3600,1767272400,1,0,0,tv.example.test.,0,,0
            10.0.0.31,00:1b:21:aa:bb:09,,3600,1767272400,1,0,0,,1,,0
            10.0.0.32,00:1b:21:aa:bb:0a,,3600,1767272400,1,0,0,a,0,,0
            10.0.0.32,00:1b:21:aa:bb:0a,,0,1767268000,1,0,0,a,0,,0
            """)
        #expect(hosts.count == 1 && hosts[0].hostname == "tv" && hosts[0].domain == "example.test")
        #expect(throws: DocumentError.self) { try read(.kea, "a,b\n1,2") }
    }

    @Test("neighbours: as ip, arp and the kernel print them, complete ones alone")
    func neighbours() throws {
        let hosts = try read(
            .neighbours,
            """
            10.0.0.7 dev eth0 lladdr 00:1b:21:aa:bb:01 REACHABLE
            10.0.0.8 dev eth0  FAILED
            fe80::1 dev eth0 lladdr 00:1b:21:aa:bb:0c router STALE
            ? (10.0.0.9) at 00:1b:21:aa:bb:0b [ether] on eth0
            gateway (10.0.0.1) at 00:1b:21:aa:bb:0d [ether] on eth0
            IP address       HW type     Flags       HW address            Mask     Device
            10.0.0.40        0x1         0x2         00:1b:21:aa:bb:0e     *        eth0
            10.0.0.41        0x1         0x0         00:00:00:00:00:00     *        eth0
            """)
        #expect(hosts.count == 5 && hosts[3].hostname == "gateway" && hosts[4].addresses == ["10.0.0.40"])
        #expect(throws: DocumentError.self) { try read(.neighbours, "hello world") }
    }

    @Test("LDIF: computers of a directory, folded and in base64; disabled ones and people are none")
    func ldif() throws {
        let hosts = try read(
            .ldif,
            """
            dn: CN=DC1,OU=Domain Controllers,DC=example,DC=test
            objectClass: computer
            sAMAccountName: DC1$
            dNSHostName: dc1.exam
             ple.test
            operatingSystem: Windows Server 2019 Standard
            operatingSystemVersion: 10.0 (17763)
            userAccountControl: 532480
            lastLogonTimestamp: 134117424000000000
            objectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==

            dn: CN=OLD,CN=Computers,DC=example,DC=test
            sAMAccountName: OLD$
            userAccountControl: 4098

            dn: uid=ada,ou=people,dc=example,dc=test
            cn: Ada

            dn:: Y249bmFzLGRjPWV4YW1wbGU=
            cn: nas
            ipHostNumber: 10.0.0.50
            macAddress: 00:1b:21:aa:bb:0f
            """)
        #expect(hosts.map(\.hostname) == ["dc1", "nas"])
        #expect(
            hosts[0].domain == "example.test" && hosts[0].os?.version == "10.0.17763" && hosts[0].os?.type == "windows")
        #expect(hosts[0].id == "directory:0102030405060708090a0b0c0d0e0f10")
        #expect(hosts[0].lastSeen == Date(timeIntervalSince1970: 1_767_268_800))
        #expect(hosts[1].id == "directory:cn=nas,dc=example" && hosts[1].addresses == ["10.0.0.50"])
        #expect(throws: DocumentError.self) { try read(.ldif, "hello") }
    }
}
