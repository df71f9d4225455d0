import { mount } from 'svelte';
import App from './App.svelte';
import { address } from './live/address.svelte';
import { time } from './live/clock.svelte';
import { farm } from './live/farm.svelte';
import { ui } from './live/ui.svelte';
import './styles/tokens.css';
import './styles/app.css';
import './styles/jobs.css';

ui.start();
address.start();
time.start();
farm.start();
mount(App, { target: document.body });
