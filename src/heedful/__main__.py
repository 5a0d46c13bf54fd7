from heedful.cli import main

raise SystemExit(main())
