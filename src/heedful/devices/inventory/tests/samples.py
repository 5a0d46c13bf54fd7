"""Lists of devices as Google Admin, Intune and a spreadsheet write them. Every device and person is invented."""

GOOGLE = """deviceId,serialNumber,status,lastSync,annotatedUser,annotatedLocation,annotatedAssetId,notes,model,osVersion,orgUnitPath,recentUsers
aaaa-0001,NX1001,ACTIVE,2026-11-23T15:02:11.000Z,,Main site,CB-001,,Acer Chromebook 311,142.0,/Pupils/Year 8,nobody@example.org
aaaa-0002,NX1002,ACTIVE,2026-11-20T08:11:00.000Z,amara.okonedo@westbrook.example,Annexe,CB-002,,Acer Chromebook 311,142.0,/Pupils/Trolley 3,
aaaa-0003,NX1003,DEPROVISIONED,2025-01-01T00:00:00.000Z,,Main site,CB-003,,Acer Chromebook 311,120.0,/Gone,
"""
INTUNE = """"Device ID","Device name","Managed by","Ownership","Compliance","OS","OS version","Last check-in","Primary user UPN","Manufacturer","Model","Serial number"
"int-1","IT2-PC01","Intune","Corporate","Compliant","Windows","10.0.26100","11/20/2026 8:11:03 AM","","HP","HP 250 G9","5CD0001"
"int-2","MEDIA-01","Intune","Corporate","Compliant","macOS","15.1","2026-11-23 09:00:00.0000000","","Apple","iMac","C02EXAMPLE1"
"int-3","IPAD-07","Intune","Corporate","Compliant","iOS","18.1","2026-11-22 10:30:00.0000000","","Apple","iPad (9th generation)","DMPEXAMPLE7"
"int-4","SAMS-OWN","Intune","Personal","Compliant","Windows","10.0","2026-11-22 10:30:00.0000000","","Dell","XPS","DELL9"
"int-5","IT2-PC02","Intune","Corporate","Compliant","Windows","10.0.26100","2026-11-20 10:11:00.0000000","","Clone","Board","Default string"
"""
PLAIN = """Asset tag;Serial;Type;Site;Class
LT-01;S-100;windows;Main site;Year 8
LT-02;S-101;linux;Annexe;
LT-03;s-100;windows;Annexe;
;;windows;Annexe;
LT-05;;toaster;Annexe;
"""
